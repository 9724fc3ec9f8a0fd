import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, EXIT_STATUS } from '../../src/errors.ts';
import { jsonError, textError } from '../support/failure.ts';
import { environmentOf, FLOWKIWI, flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type HostileServer, startHostileServer } from '../support/servers/hostile-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { serve } from '../support/servers/serve.ts';

let sandbox: RunningSandbox;
let hostile: HostileServer;
let env: Record<string, string>;
let org: string;

const TOKEN = secret('stored-token-abcdefghijklmnop');
const REFRESH_TOKEN = secret('stored-refresh-token-abcdefghijklmnop');

beforeAll(async () => {
  [sandbox, hostile] = await Promise.all([startSandbox(), startHostileServer()]);
  env = await sandbox.environment();
  org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env })).stdout.trim();
  await flowkiwi(['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', org], { env });
});

afterAll(() => Promise.all([sandbox.stop(), hostile.close()]));

describe.concurrent('names and handles', () => {
  const create = (handle: string, name = 'Acme EU') => ['instance', 'create', name, `--handle=${handle}`, '--org', org];
  const nobody = '0196f3a0-1111-7000-8000-000000000001';

  test.each<[what: string, args: () => readonly string[], code: ErrorCode, field: string, hint: RegExp]>([
    ['an empty name', () => ['org', 'create', ''], 'usage', 'NAME is empty', /--help shows how it is given/],
    ['a blank name', () => ['org', 'create', ' \t '], 'usage', 'NAME is empty', /--help shows how it is given/],
    ['an empty name of an instance', () => create('ok', ''), 'usage', 'NAME is empty', /--help shows how it is given/],
    ['a handle with capitals', () => create('Acme-EU'), 'invalid', 'no capital letters', /--handle acme-eu$/],
    ['a handle with digits', () => create('acme2'), 'invalid', 'no digits', /--handle acme$/],
    ['a handle that begins with a hyphen', () => create('-acme'), 'invalid', 'no hyphen at its beginning or end', /--handle acme$/],
    ['a handle that ends with a hyphen', () => create('acme-'), 'invalid', 'no hyphen at its beginning or end', /--handle acme$/],
    ['a handle of 31 characters', () => create('a'.repeat(31)), 'invalid', 'at most 30 characters, this one has 31', /--handle a{30}$/],
    ['a handle of 10,000 characters', () => create('a'.repeat(10_000)), 'invalid', 'this one has 10000', /--handle a{30}$/],
    ['a handle with an umlaut', () => create('ümit'), 'invalid', 'only the letters a to z', /--handle umit$/],
    ['a handle of digits only', () => create('2026'), 'invalid', 'no digits', /--handle acme-eu$/],
    ['an empty handle', () => create(''), 'invalid', 'cannot be empty', /--handle acme-eu$/],
    ['a handle with a line break', () => create('ac\nme'), 'usage', '--handle has a line break in it (U+000A)', /leave that character out/],
    [
      'a name from a line of a CRLF file, broken',
      () => ['org', 'create', 'Acme\r\nCorp\r'],
      'usage',
      'NAME has a line break in it (U+000D)',
      /leave/,
    ],
    ['an id with a line break', () => ['org', 'get', `${nobody}\r${nobody}`], 'usage', 'ORG has a line break in it (U+000D)', /leave/],
    ['a taken handle', () => create('acme-eu'), 'conflict', '', /--handle/],
    ['an unknown organization', () => ['instance', 'list', '--org', nobody], 'not_found', '', /org list/],
    ['an organization that is not an id', () => ['org', 'get', '../../etc/passwd'], 'not_found', '', /flowkiwi (auth status|org list)/],
    ['an empty organization', () => ['org', 'get', ''], 'usage', 'ORG is empty', /--help shows how it is given/],
    ['an unknown handle', () => ['instance', 'get', 'no-such', '--org', org], 'not_found', '', /flowkiwi instance list/],
    ['an unknown instance', () => ['instance', 'get', nobody, '--org', org], 'not_found', '', /auth status/],
  ])('%s', async (_what, args, code, field, hint) => {
    const [text, json] = await Promise.all([flowkiwi(args(), { env }), inProcess([...args(), '--json'], { env })]);
    expect({ exit: text.status, code: jsonError(json)['code'] }).toEqual({ exit: EXIT_STATUS[code], code });
    expect(textError(text).hint).toMatch(hint);
    expect(text.stderr).toContain(field);
  });

  test('what the local rules refuse is never sent', async () => {
    const local = { FLOWKIWI_URL: hostile.url('good', 'local'), FLOWKIWI_TOKEN: TOKEN };
    await Promise.all([
      flowkiwi(['org', 'create', ''], { env: local }),
      flowkiwi(['instance', 'create', 'A', '--handle', 'A', '--org', org], { env: local }),
      flowkiwi(['instance', 'create', '', '--handle', 'a', '--org', org], { env: local }),
    ]);
    expect(hostile.requests('good', 'local')).toEqual([]);
  });

  test('a name of 10,000 characters is refused by the server, or comes back whole', async () => {
    const name = '名'.repeat(10_000);
    const run = await flowkiwi(['org', 'create', name, '--json'], { env });
    if (run.status === 0) expect(JSON.parse(run.stdout).name).toBe(name);
    else expect(jsonError(run)).toMatchObject({ code: 'invalid', status: 422, violations: [{ field: 'name' }] });
  });

  test.each(['a', 'a-b', 'a'.repeat(30), 'acme--eu'])('the handle %s is as the rules allow', async (handle) => {
    const run = await flowkiwi([...create(handle), '--json'], { env });
    expect({ status: run.status, handle: JSON.parse(run.stdout).handle }).toEqual({ status: 0, handle });
  });
});

describe.concurrent('a stored credential that cannot be used', () => {
  const past = '2020-01-01T00:00:00.000Z';

  function homeWith(url: string, credential: Readonly<Record<string, unknown>>): { home: string; path: string; content: string } {
    const home = newHome();
    const entry = { method: 'browser', url, issuer: url, client_id: 'flowkiwi-cli', access_token: TOKEN, ...credential };
    const content = JSON.stringify({ version: 1, credentials: { default: entry } });
    return { home, path: put(home, 'credentials.json', content), content };
  }

  test('expired, without a refresh token', async () => {
    const { home, path, content } = homeWith(`${sandbox.url}/`, { expires_at: past });
    const run = await flowkiwi(['org', 'get', org], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(run.status).toBe(4);
    expect(textError(run)).toEqual({
      message: 'the stored credential of profile default (user token) has expired and cannot be refreshed',
      hint: 'sign in again: flowkiwi login',
    });
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('expired, with a refresh token that the server does not know: it is forgotten', async () => {
    const { home, path } = homeWith(`${sandbox.url}/`, { issuer: sandbox.url, expires_at: past, refresh_token: REFRESH_TOKEN });
    const run = await flowkiwi(['org', 'get', org], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(run.status).toBe(4);
    expect(textError(run).message).toMatch(/^the stored credential of profile default \(user token\) has ended: /);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 1, credentials: {} });
    const again = await flowkiwi(['org', 'get', org], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(textError(again).message).toBe('not signed in (profile default)');
  });

  test('expired, and the sign-in server is down: it is kept', async () => {
    const issuer = 'http://127.0.0.1:1';
    const { home, path, content } = homeWith(`${sandbox.url}/`, { issuer, expires_at: past, refresh_token: REFRESH_TOKEN });
    const run = await flowkiwi(['org', 'get', org], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(run.status).toBe(75);
    expect(textError(run).hint).toBe('the session is kept: run the command again');
    // It may have been written again, to make sure that it could be.
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(content));
  });

  test.each(['evil\nX-Injected: 1', 'sp ace', 'ümlaut', 'nul\u0001'])('FLOWKIWI_TOKEN that is not a token: %j', async (token) => {
    const run = await flowkiwi(['org', 'get', org], { env: { ...env, FLOWKIWI_TOKEN: token } });
    expect(run.status).toBe(4);
    expect(textError(run).message).toContain('FLOWKIWI_TOKEN');
    expect(run.stderr).not.toContain(token);
  });
});

describe.concurrent('damaged files', () => {
  const newer = JSON.stringify({ version: 2, profiles: {}, credentials: {}, more: 'from the future' });
  const contents: [what: string, content: string][] = [
    ['half a document', `{"version":1,"credentials":{"default":{"access_token":"${TOKEN}"`],
    ['not JSON', `${TOKEN} is not JSON`],
    ['an empty file', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['another version', '{"version":0,"profiles":{}}'],
    ['no version', '{"profiles":{}}'],
    ['a version that is not a number', '{"version":"1"}'],
    ['entries of the wrong form', '{"version":1,"profiles":{"default":7},"credentials":{"default":7}}'],
    ['a list in place of entries', '{"version":1,"profiles":[],"credentials":[]}'],
    ['a newer version', newer],
    ['a byte order mark and nothing', '\ufeff'],
    ['binary', '\u0000\u0001\u0002'],
  ];
  const files: [file: string, reader: readonly string[], writer: readonly string[]][] = [
    ['credentials.json', ['auth', 'token'], ['login', '--with-token']],
    ['config.json', ['instance', 'list', '--no-input'], ['org', 'create', 'Acme Corp']],
  ];
  const cases = files.flatMap(([file, reader, writer]) =>
    contents.map(([what, content]) => [file, what, content, reader, writer] as const),
  );

  /** Those that the built command reads and must not write; the others meet the same code. */
  const BUILT = ['half a document', 'an empty file', 'a newer version'];

  test.each(cases)('%s is %s', async (file, what, content, reader, writer) => {
    const home = newHome();
    const path = put(home, file, content);
    const run = BUILT.includes(what) ? flowkiwi : inProcess;
    const read = await run(reader, { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(read.status).toBe(2);
    const { message, hint } = textError(read);
    expect(message).toContain(path);
    if (what === 'a newer version') {
      expect(message).toContain('newer flowkiwi');
      expect(hint).toContain('update flowkiwi');
    } else {
      expect(hint).toContain(`mv ${path} ${path}.bak`);
    }
    // The writer would change the file: it must refuse as well, and leave no litter.
    const write = await run(writer, { home, env: { FLOWKIWI_URL: sandbox.url }, stdin: env['FLOWKIWI_TOKEN'] ?? '' });
    expect(write.status).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(join(home, '.config', 'flowkiwi'))).toEqual([file]);
  });

  test.each(files)('%s is a directory', async (file, reader, writer) => {
    const home = newHome();
    mkdirSync(join(home, '.config', 'flowkiwi', file), { recursive: true });
    for (const args of [reader, writer]) {
      const run = await flowkiwi(args, { home, env: { FLOWKIWI_URL: sandbox.url }, stdin: env['FLOWKIWI_TOKEN'] ?? '' });
      expect(run.status).toBe(2);
      expect(textError(run)).toEqual({
        message: expect.stringMatching(new RegExp(`^cannot (read|write) .*${file}: it is a directory$`)),
        hint: expect.stringContaining('FLOWKIWI_CONFIG_DIR'),
      });
    }
    expect(statSync(join(home, '.config', 'flowkiwi', file)).isDirectory()).toBe(true);
  });

  test('a damaged config.json does not touch the credential, and a script with a token and an URL needs neither', async () => {
    const home = newHome();
    put(home, 'credentials.json', '{');
    const run = await flowkiwi(['org', 'get', org, '-q'], { home, env });
    expect(run).toMatchObject({ status: 0, stdout: `${org}\n` });
  });

  test('credentials.json that others can read is closed to them, with a warning', async () => {
    const home = newHome();
    const entry = { method: 'token', url: sandbox.url, access_token: env['FLOWKIWI_TOKEN'] };
    const path = put(home, 'credentials.json', JSON.stringify({ version: 1, credentials: { default: entry } }), 0o644);
    const run = await flowkiwi(['org', 'get', org, '-q'], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(run).toMatchObject({ status: 0, stdout: `${org}\n` });
    expect(run.stderr).toBe(`warning: ${path} was readable by other users; it is now closed to them (mode 0600)\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('a file in place of the folder', async () => {
    const home = newHome();
    writeFileSync(join(home, '.config'), 'not a folder');
    const login = await flowkiwi(['login', '--with-token'], {
      home,
      env: { FLOWKIWI_URL: sandbox.url },
      stdin: env['FLOWKIWI_TOKEN'] ?? '',
    });
    expect(login.status).toBe(2);
    expect(textError(login).hint).toContain('FLOWKIWI_CONFIG_DIR');
    expect(readFileSync(join(home, '.config'), 'utf8')).toBe('not a folder');
    // With a token from the environment nothing has to be stored.
    const create = await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { home, env });
    expect(create.status).toBe(0);
    expect(create.stderr).toMatch(/^warning: the organization is not remembered: .+\n$/);
  });

  test('nothing is made by a mere read', async () => {
    const home = newHome();
    await flowkiwi(['instance', 'list', '--org', org], { home, env });
    await flowkiwi(['auth', 'status'], { home });
    await flowkiwi(['help', 'output'], { home });
    expect(existsSync(join(home, '.config'))).toBe(false);
  });
});

function put(home: string, file: string, content: string, mode = 0o600): string {
  const folder = join(home, '.config', 'flowkiwi');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, file);
  writeFileSync(path, content, { mode });
  return path;
}

describe('text on its way in', () => {
  test('a line end and white space around a name are taken off, and said', async () => {
    const run = await flowkiwi(['org', 'create', ' Customer A\r', '--json'], { env });
    expect(JSON.parse(run.stdout)).toMatchObject({ name: 'Customer A' });
    const shown = await inProcess(['org', 'get', `${org}\r`], { env });
    expect(shown).toMatchObject({ status: 0, stderr: 'ORG: the line end was taken off\n' });
  });

  test('bytes that are not UTF-8 create nothing', async () => {
    const script = `exec "$0" "$1" org create "$(printf 'Caf\\351')"`;
    const run = spawnSync('sh', ['-c', script, process.execPath, FLOWKIWI], {
      env: { ...environmentOf(newHome()), ...env },
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain('NAME has bytes that are not UTF-8 (U+FFFD)');
  });
});

describe('variables', () => {
  const ask = (more: Readonly<Record<string, string>>) => inProcess(['org', 'get', org], { env: { ...env, ...more } });

  test('what CI leaves around a value is taken off, and said', async () => {
    const { status, stderr } = await ask({ FLOWKIWI_TOKEN: `"Bearer ${env['FLOWKIWI_TOKEN']}"\n`, FLOWKIWI_ORG: `${org}\r` });
    expect(status).toBe(0);
    expect(stderr).toContain('FLOWKIWI_ORG: the line end was taken off\n');
    expect(stderr).toContain('warning: FLOWKIWI_TOKEN has quotes around it, which were taken off\n');
  });

  test.each([
    ['', 4, 'FLOWKIWI_TOKEN is set, and empty'],
    ['$FLOWKIWI', 4, 'FLOWKIWI_TOKEN is not an access token: it holds the name FLOWKIWI, not what that variable holds'],
    ['/run/secrets/token', 4, 'it holds the path of a file'],
    ['{"access_token":"x"}', 4, 'it holds JSON'],
  ])('FLOWKIWI_TOKEN=%s ends with %i', async (token, status, words) => {
    const run = await ask({ FLOWKIWI_TOKEN: token });
    expect(run).toMatchObject({ status, stderr: expect.stringContaining(words) });
  });

  test('a token that is too large for the server is named, with its size', async () => {
    const { origin } = await serve(() => ({ status: 431 }));
    const run = await ask({ FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: 'a'.repeat(5_000) });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('the token alone has 5000 bytes') });
  });
});
