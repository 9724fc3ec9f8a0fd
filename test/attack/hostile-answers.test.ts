import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { flowkiwi, newHome, type Run, secret } from '../support/flowkiwi.ts';
import { type Reply, serve } from '../support/servers/serve.ts';

const TOKEN = secret('a-token-for-a-hostile-server-0123');

/** JSON that is nested this deep, with what stands at its end. */
const nested = (depth: number, end = '1', [open, close] = ['{"error":', '}']) => open.repeat(depth) + end + close.repeat(depth);

/** Runs commands, one after the other, against a server that gives each the same answer. */
async function against(reply: Reply, ...commands: readonly (readonly string[])[]): Promise<readonly Run[]> {
  const { origin } = await serve(() => ({ headers: { 'content-type': 'application/json' }, ...reply }));
  const env = { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN };
  return Promise.all(commands.map((args) => flowkiwi(args, { env })));
}

describe('JSON that is nested too deep for those who walk through it', () => {
  test('in an answer is an error that says so, in every form of output', async () => {
    const api = ['api', '/api/organizations/1'];
    const runs = await against(
      { body: nested(5_000) },
      ...[['--json'], ['--output', 'yaml'], ['--output', 'tsv'], ['--fields', 'error'], ['--quiet'], ['--paginate']].map((more) => [
        ...api,
        ...more,
      ]),
      ['org', 'get', '1'],
      ['org', 'get', '1', '--debug'],
    );
    for (const { status, stdout, stderr } of runs) {
      expect({ status, stdout }).toEqual({ status: 75, stdout: '' });
      expect(stderr).toContain("is nested more than 500 levels deep, not the API's JSON (status 200)");
    }
  });

  test('is printed as it came where nothing is made of it', async () => {
    const [run] = await against({ body: nested(5_000) }, ['api', '/api/organizations/1']);
    expect(run).toEqual({ status: 0, stdout: nested(5_000), stderr: '' });
  });

  test('in an error is an error without words', async () => {
    const runs = await against({ status: 400, body: nested(20_000) }, ['org', 'get', '1'], ['org', 'get', '1', '--debug', '--json']);
    for (const { status, stderr } of runs) {
      expect(status).toBe(2);
      expect(stderr).toContain('the server gives no reason that can be read (status 400)');
    }
  });

  test('up to the limit it is read, and printed in every form', async () => {
    const body = nested(500, '1', ['[', ']']);
    const [json, yaml, rows] = await against(
      { body },
      ['api', '/api/organizations', '--json'],
      ['api', '/api/organizations', '--output', 'yaml'],
      ['api', '/api/organizations', '--fields', 'value'],
    );
    expect(json).toEqual({ status: 0, stdout: `${body}\n`, stderr: '' });
    expect(yaml).toEqual({ status: 0, stdout: `${'- '.repeat(500)}1\n`, stderr: '' });
    expect(rows).toEqual({ status: 0, stdout: `${body.slice(1, -1)}\n`, stderr: '' });
  });

  test('in the name of a field is a mistake', async () => {
    const [run] = await against({}, ['api', '/api/organizations', '--raw-field', `a${'[a]'.repeat(5_000)}=1`]);
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('nests 5001 levels deep') });
  });
});

describe('names that every object of JavaScript has', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('%s is a field that the answer does not have', async (name) => {
    const [json, yaml, tsv, list] = await against(
      { body: { id: '1' } },
      ['api', '/api/organizations/1', '--fields', `id,${name}`, '--json'],
      ['api', '/api/organizations/1', '--fields', `id,${name}`, '--output', 'yaml'],
      ['api', '/api/organizations/1', '--fields', `id,${name}`],
      ['org', 'get', '1', '--fields', name],
    );
    expect(json).toEqual({ status: 0, stdout: `{"id":"1","${name}":null}\n`, stderr: '' });
    expect(yaml).toEqual({ status: 0, stdout: `id: "1"\n${name}: null\n`, stderr: '' });
    expect(tsv).toEqual({ status: 0, stdout: '1\t\n', stderr: '' });
    expect(list).toMatchObject({ status: 2, stderr: expect.stringContaining(`unknown field "${name}"`) });
  });

  test.each(['constructor', 'toString'])('%s is a profile like any other', async (name) => {
    const home = newHome();
    const run = (...args: readonly string[]) => flowkiwi(args, { home });
    expect(await run('profile', 'show', name)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`there is no profile "${name}"`),
    });
    expect(await run('profile', 'add', name, '--url', 'https://api.example', '--use')).toMatchObject({ status: 0 });
    expect(await run('auth', 'token')).toMatchObject({ status: 4, stderr: expect.stringContaining(`(profile ${name})`) });
  });

  test.each([
    [['instance', 'list', '--org', '1', '--sort', 'constructor'], '--sort takes a field'],
    [['org', 'list', '--output', 'constructor'], '--output takes'],
    [['sandbox', 'start', '--port', '0', '--switch', 'constructor=1'], 'is not a switch'],
    [['sandbox', 'start', '--port', '0', '--fault', 'constructor'], 'constructor'],
    [['profile', 'add', 'x', '--url', 'https://api.example', '--provider', 'constructor'], '--provider takes'],
    [['completion', 'constructor'], 'constructor'],
    [['help', 'constructor'], 'there is no topic "constructor"'],
    [['org', 'constructor'], 'constructor'],
  ])('%j is a mistake like any other', async (args, message) => {
    const run = await flowkiwi(args);
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test.each([
    ['a gRPC code', { status: 500, body: { message: 'rpc error: code = constructor desc = nothing' } }, 75],
    ['an id of ZITADEL', { status: 400, body: { message: 'Errors.Internal', details: [{ id: 'constructor' }] } }, 2],
  ])('%s of that name means nothing', async (_what, reply, status) => {
    const { origin } = await serve(() => reply);
    const env = { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN, FLOWKIWI_PROVIDER: 'zitadel' };
    const run = await flowkiwi(['org', 'get', '1'], { env });
    expect(run).toMatchObject({ status, stderr: expect.stringMatching(/^error: cannot read organization 1: .*(nothing|constructor)/) });
    expect(run.stderr).not.toMatch(/native code|inside flowkiwi/);
  });
});

test('an id that no header can carry is refused before it is sent on', async () => {
  const { origin, seen } = await serve(() => ({ body: { org: { id: '\0', name: 'Acme', state: 'ORG_STATE_ACTIVE' } } }));
  const env = { FLOWKIWI_PROVIDER: 'zitadel', FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN };
  const run = await flowkiwi(['org', 'rename', 'a1', 'New'], { env });
  expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be sent in the header x-zitadel-orgid') });
  expect(seen.map(({ method }) => method)).not.toContain('PUT');
});

describe('a name without end', () => {
  const LONG = 'Acme '.repeat(1_200_000);
  const knownIn = (home: string) => {
    const file = join(home, '.config', 'flowkiwi', 'organizations.jsonl');
    return { size: statSync(file).size, text: readFileSync(file, 'utf8') };
  };

  test('does not fill the file that every command reads', async () => {
    const home = newHome();
    const { origin } = await serve(() => ({ body: { id: '1', name: LONG, owners: [], members: [] } }));
    const env = { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN };
    const run = (...args: readonly string[]) => flowkiwi(args, { home, env });
    expect(await run('org', 'get', '1', '--quiet')).toMatchObject({ status: 0, stdout: '1\n' });
    const { size, text } = knownIn(home);
    expect(size).toBeLessThan(2_000);
    expect(text).toContain(`"name":"${LONG.slice(0, 999)}…"`);
    // The same again is nothing new.
    expect(await run('org', 'use', '1')).toMatchObject({ status: 0 });
    expect(await run('org', 'list', '--quiet')).toMatchObject({ status: 0, stdout: '1\n' });
    expect(knownIn(home).size).toBeLessThan(2_000);
  });

  test('is never taken for another one that begins alike', async () => {
    const home = newHome();
    const name = 'x'.repeat(1_500);
    const { origin, seen } = await serve(({ path }) => {
      const isFirst = path === '/api/organizations/1';
      return isFirst
        ? { body: { id: '1', name, owners: [], members: [] } }
        : { status: 404, body: { title: 'An error occurred', detail: 'Not Found' } };
    });
    const run = (...args: readonly string[]) => flowkiwi(args, { home, env: { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN } });
    await run('org', 'get', '1');
    for (const given of [name, name.slice(0, 1_000), name.slice(0, 999), `${name.slice(0, 999)}…`]) {
      expect(await run('org', 'get', given)).toMatchObject({ status: 3 });
      expect(seen.at(-1)?.path).toBe(`/api/organizations/${encodeURIComponent(given)}`);
    }
  });

  test('nor is an id without end remembered', async () => {
    const home = newHome();
    const { origin } = await serve(() => ({ body: { id: 'x'.repeat(5_000), name: 'Acme', owners: [], members: [] } }));
    const run = await flowkiwi(['org', 'get', '1', '--quiet'], { home, env: { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: TOKEN } });
    expect(run).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('the organization is not remembered: its id has 5000 characters'),
    });
  });
});
