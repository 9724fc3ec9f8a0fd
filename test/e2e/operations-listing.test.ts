import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { collect, flowkiwi, type Run, secret, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type Asked, type Fate, type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

const ORG = '0196f3a0-1111-7000-8000-000000000001';
const LIST = `/api/organizations/${ORG}/instances`;
const TOKEN = secret('listing-token-0123456789');
const servers: ScriptedServer[] = [];

let sandbox: RunningSandbox;
let run: (...args: readonly string[]) => Promise<Run>;

beforeAll(async () => {
  sandbox = await startSandbox();
  const env = await sandbox.environment();
  const org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env })).stdout.trim();
  for (const [name, handle] of [
    ['Beta', 'acme-c'],
    ['alpha', 'acme-a'],
    ['Gamma', 'other-b'],
  ] as const) {
    await flowkiwi(['instance', 'create', name, '--handle', handle, '--org', org], { env });
  }
  await flowkiwi(['instance', 'rename', 'acme-c', 'Beta 2', '--org', org], { env });
  run = (...args) => flowkiwi(['instance', 'list', '--org', org, '--fields', 'handle', ...args], { env });
});

afterAll(async () => {
  for (const server of servers) server.close();
  await sandbox.stop();
});

describe.concurrent('sorting and filters', () => {
  test.each<[args: readonly string[], handles: readonly string[]]>([
    [
      ['--sort', 'name'],
      ['acme-a', 'acme-c', 'other-b'],
    ],
    [
      ['--sort', 'name:desc'],
      ['other-b', 'acme-c', 'acme-a'],
    ],
    [
      ['--sort', 'handle:asc'],
      ['acme-a', 'acme-c', 'other-b'],
    ],
    [
      ['--sort', 'created_at'],
      ['acme-c', 'acme-a', 'other-b'],
    ],
    [['--sort', 'updated_at:desc', '--limit', '1'], ['acme-c']],
    [['--name', 'ALPHA'], ['acme-a']],
    [
      ['--handle', 'acme', '--sort', 'handle'],
      ['acme-a', 'acme-c'],
    ],
    [['--handle', 'acme', '--name', 'beta'], ['acme-c']],
    [['--handle', 'acme', '--name', 'gamma'], []],
    [
      ['--limit', '2', '--sort', 'handle'],
      ['acme-a', 'acme-c'],
    ],
  ])('%j', async (args, handles) => {
    const { status, stdout } = await run(...args);
    expect({ status, handles: stdout.split('\n').slice(0, -1) }).toEqual({ status: 0, handles });
  });
});

const letters = (number: number) => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
const instance = (number: number, owner = ORG) => ({
  id: `id-${number}`,
  name: `Instance ${number}`,
  handle: letters(number),
  organization_id: owner,
});
const page = (from: number, count: number) => Array.from({ length: count }, (_, index) => instance(from + index));
const ids = (count: number) => Array.from({ length: count }, (_, number) => `id-${number}\n`).join('');

async function server(script: (request: Asked, count: number) => Fate | Promise<Fate>): Promise<ScriptedServer> {
  const started = await startScriptedServer(script);
  servers.push(started);
  return started;
}

function list({ url }: Pick<ScriptedServer, 'url'>, ...args: readonly string[]): Promise<Run> {
  return flowkiwi(['instance', 'list', '--org', ORG, ...args], { env: { FLOWKIWI_URL: url, FLOWKIWI_TOKEN: TOKEN } });
}

const asked = ({ asked: requests }: ScriptedServer) => requests.map(({ path, query }) => `${path.replace(LIST, '')}?${query}`);

/** Pages of three. */
function pages(total: number, next: (number: number) => string): (request: Asked) => Fate {
  return ({ query }) => {
    const number = Number(query.get('page') ?? 1);
    const member = page((number - 1) * 3, Math.max(0, Math.min(3, total - (number - 1) * 3)));
    const view = number * 3 < total ? { '@id': LIST, '@type': 'PartialCollectionView', next: next(number + 1) } : { '@id': LIST };
    return { status: 200, json: { '@type': 'Collection', totalItems: total, member, view } };
  };
}

describe.concurrent('pages', () => {
  test('are followed along view.next, as the server writes it', async () => {
    const { log, ...first } = await server(pages(8, (number) => `${LIST}?order%5Bname%5D=asc&itemsPerPage=3&cursor=a%26b&page=${number}`));
    expect((await list(first, '-q')).stdout).toBe(ids(8));
    expect(asked({ log, ...first })).toEqual([
      '?order%5BcreatedAt%5D=asc&itemsPerPage=250',
      '?order%5Bname%5D=asc&itemsPerPage=3&cursor=a%26b&page=2',
      '?order%5Bname%5D=asc&itemsPerPage=3&cursor=a%26b&page=3',
    ]);
  });

  test('also with the prefix of the other services', async () => {
    const first = await server(({ query }) => {
      const number = Number(query.get('page') ?? 1);
      const view = number === 1 ? { 'hydra:next': `${LIST}?page=2` } : {};
      return { status: 200, json: { 'hydra:totalItems': 2, 'hydra:member': [instance(number - 1)], 'hydra:view': view } };
    });
    expect((await list(first, '-q')).stdout).toBe(ids(2));
  });

  test('are counted where there are no links', async () => {
    const first = await server((request) => {
      const { json, ...rest } = Object(pages(7, () => '')(request));
      const { view: _view, ...body } = json;
      return { ...rest, json: body };
    });
    expect((await list(first, '-q', '--sort', 'name:desc')).stdout).toBe(ids(7));
    expect(asked(first)).toEqual([
      '?order%5Bname%5D=desc&itemsPerPage=250',
      '?order%5Bname%5D=desc&itemsPerPage=250&page=2',
      '?order%5Bname%5D=desc&itemsPerPage=250&page=3',
    ]);
  });

  test('of bare arrays end with an empty one', async () => {
    const first = await server(({ query }) => {
      const number = Number(query.get('page') ?? 1);
      return { status: 200, json: page((number - 1) * 3, number < 3 ? 3 : 0) };
    });
    expect((await list(first, '-q')).stdout).toBe(ids(6));
    expect(first.log).toHaveLength(3);
  });

  test('of a server without pages end when they repeat', async () => {
    const first = await server(() => ({ status: 200, json: page(0, 3) }));
    expect((await list(first, '-q')).stdout).toBe(ids(3));
    expect(first.log).toHaveLength(2);
  });

  test('a list of one page, without a view and without a total', async () => {
    const first = await server(() => ({ status: 200, json: { member: page(0, 2) } }));
    expect((await list(first, '-q')).stdout).toBe(ids(2));
    expect(first.log).toHaveLength(1);
  });

  test.each<[limit: string, requests: readonly string[]]>([
    ['2', ['?order%5BcreatedAt%5D=asc&itemsPerPage=2']],
    ['3', ['?order%5BcreatedAt%5D=asc&itemsPerPage=3']],
    ['4', ['?order%5BcreatedAt%5D=asc&itemsPerPage=4', '?page=2']],
    ['6', ['?order%5BcreatedAt%5D=asc&itemsPerPage=6', '?page=2']],
  ])('--limit %s asks for no page beyond it', async (limit, requests) => {
    const first = await server(pages(100, (number) => `${LIST}?page=${number}`));
    expect((await list(first, '-q', '--limit', limit)).stdout).toBe(ids(Number(limit)));
    expect(asked(first)).toEqual(requests);
  });

  test.each([
    ['at another origin', 'http://127.0.0.1:9/api?page=2', 'where the credential is not sent'],
    ['with a path that looks like a host', '//127.0.0.1:9/api?page=2', 'where the credential is not sent'],
    ['that was read already', `${LIST}?page=2`, 'that was there before'],
  ])('a next page %s is an error, after what there was', async (_what, link, words) => {
    const first = await server(pages(100, () => link));
    const { status, stdout, stderr } = await list(first, '-q');
    expect(status).toBe(75);
    expect(stdout).toMatch(/^id-0\nid-1\nid-2\n/);
    expect(stderr).toContain(words);
  });

  test('a path with two slashes is a path, not a host', async () => {
    const first: ScriptedServer = await server(({ path }) =>
      path === LIST
        ? { status: 200, json: { member: page(0, 1), view: { next: `${first.url}//127.0.0.1:9/more` } } }
        : { status: 200, json: { member: page(1, 1) } },
    );
    expect((await list(first, '-q')).stdout).toBe(ids(2));
    expect(first.log).toEqual([`GET ${LIST}`, 'GET //127.0.0.1:9/more']);
  });

  test('a page that fails leaves no JSON', async () => {
    const first = await server((request, count) =>
      count === 0 ? pages(9, (number) => `${LIST}?page=${number}`)(request) : { status: 500 },
    );
    const late = await list(first, '--json');
    expect({ status: late.status, code: jsonError(late)['code'] }).toEqual({ status: 75, code: 'unavailable' });
    const none = await list(await server(() => ({ status: 500 })), '--json');
    expect({ status: none.status, code: jsonError(none)['code'] }).toEqual({ status: 75, code: 'unavailable' });
  });

  test.each([[[]], [['-q']], [['-o', 'yaml']]])('are printed as they come: %j', async (flags) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const many = pages(9, (number) => `${LIST}?page=${number}`);
    const first = await server(async (request, count) => {
      if (count === 2) await held;
      return many(request);
    });
    const env = { FLOWKIWI_URL: first.url, FLOWKIWI_TOKEN: TOKEN };
    const child = start(['instance', 'list', '--org', ORG, ...flags], { env });
    // The third page is answered when something of the first has been printed, or never.
    child.stdout?.once('data', release);
    expect(await collect(child.stdout)).toContain('id-8');
  });
});

describe.concurrent('what another organization owns', () => {
  test('is listed, and said', async () => {
    const json = { member: [instance(0), instance(1, 'another'), instance(2, 'another')] };
    const first = await server(() => ({ status: 200, json }));
    const text = await list(first, '--fields', 'handle,organization_id');
    expect(text).toEqual({
      status: 0,
      stdout: `a\t${ORG}\nb\tanother\nc\tanother\n`,
      stderr: '2 of these instances belong to another organization: --fields handle,organization_id shows which\n',
    });
    expect((await list(first, '--limit', '2')).stderr).toContain('One of these instances belongs to another organization');
    for (const flags of [['--json'], ['-q']]) expect((await list(first, ...flags)).stderr).toBe('');
  });

  test('is marked in the tree', async () => {
    const first = await server(({ path }) =>
      path === LIST
        ? { status: 200, json: { member: [instance(0), instance(1, 'another')] } }
        : { status: 200, json: { id: ORG, name: 'Acme Corp', owners: [], members: [] } },
    );
    const { stdout } = await flowkiwi(['tree', '--org', ORG], { env: { FLOWKIWI_URL: first.url, FLOWKIWI_TOKEN: TOKEN } });
    const domain = `product-management.localhost:${new URL(first.url).port}`;
    expect(stdout).toBe(
      'Organization "Acme Corp"\n' +
        `├─ Instance "Instance 0" (handle: a → a.${domain})\n` +
        `└─ Instance "Instance 1" (handle: b → b.${domain}, owned by organization another)\n`,
    );
  });
});

describe.concurrent('refusals that the documentation leaves open', () => {
  const problem = (status: number): Fate => ({ status, json: { error_code: 'x', title: 'A rule', detail: 'No.', status } });

  test.each<[args: readonly string[], status: number, exit: number, hint: string]>([
    [['org', 'delete', ORG, '--yes'], 409, 5, 'no documented call deletes an instance'],
    [['org', 'delete', ORG, '--yes'], 403, 7, 'only an owner can delete an organization, and only an empty one'],
    [['instance', 'transfer', 'id-1', '--to', 'another', '--org', ORG, '--yes'], 400, 2, 'has authorized already'],
    [['instance', 'transfer', 'id-1', '--to', 'another', '--org', ORG, '--yes'], 403, 7, 'has authorized already'],
    [['instance', 'transfer', 'id-1', '--to', 'another', '--org', ORG, '--yes'], 409, 5, 'has authorized already'],
    [['instance', 'transfer', 'id-1', '--to', 'another', '--org', ORG, '--yes'], 422, 2, 'has authorized already'],
    [['instance', 'rename', 'id-1', 'x', '--org', ORG], 403, 7, 'ask an owner'],
    [['org', 'rename', ORG, 'x'], 403, 7, 'only its owners may rename'],
  ])('%j: %i', async (args, status, exit, hint) => {
    const first = await server(({ method }) =>
      method === 'GET' ? { status: 200, json: { id: ORG, name: 'Acme Corp', owners: [], members: [] } } : problem(status),
    );
    const env = { FLOWKIWI_URL: first.url, FLOWKIWI_TOKEN: TOKEN };
    const refused = await inProcess([...args, '--json'], { env });
    expect(refused.status).toBe(exit);
    expect(jsonError(refused)).toMatchObject({ status, message: expect.stringContaining('No.'), hint: expect.stringContaining(hint) });
  });

  test.each([
    [['org', 'delete', ORG, '--yes'], `see whether it is still there before you run it again: flowkiwi org get ${ORG}`],
    [
      ['instance', 'transfer', 'id-1', '--to', 'another', '--org', ORG, '--yes'],
      'see whether it has arrived before you run it again: flowkiwi instance get id-1 --org another',
    ],
  ])('%j without an answer is sent once, and says where to look', async (args, hint) => {
    const first = await server(({ method }) => (method === 'GET' ? { status: 200, json: { id: ORG, name: 'Acme Corp' } } : 'cut'));
    const lost = await flowkiwi([...args, '--json'], { env: { FLOWKIWI_URL: first.url, FLOWKIWI_TOKEN: TOKEN } });
    expect(lost.status).toBe(75);
    expect(jsonError(lost)).toMatchObject({ code: 'unavailable', hint });
    expect(first.log.filter((line) => !line.startsWith('GET'))).toHaveLength(1);
  });

  test('a page of somebody else is not a deletion', async () => {
    const first = await server(({ method }) =>
      method === 'GET'
        ? { status: 200, json: { id: ORG, name: 'Acme Corp' } }
        : { status: 200, text: '<!doctype html><h1>Welcome</h1>', type: 'text/html' },
    );
    const env = { FLOWKIWI_URL: first.url, FLOWKIWI_TOKEN: TOKEN };
    expect((await flowkiwi(['org', 'delete', ORG, '--yes'], { env })).status).toBe(75);
  });
});
