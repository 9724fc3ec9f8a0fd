import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeThatKnows } from '../support/every-command.ts';
import { jsonError, textError } from '../support/failure.ts';
import { collect, flowkiwi, type Run, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type Asked, type Fate, type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';
import { until } from '../support/terminal.ts';

const HANDLES = ['acme-a', 'acme-b', 'acme-c', 'acme-d', 'acme-e'];

const servers: ScriptedServer[] = [];
afterAll(() => servers.forEach((server) => void server.close()));

/** A server that answers with what the script says, and the environment of a command that asks it. */
async function scripted(
  script: (request: Asked) => Fate | Promise<Fate>,
): Promise<{ server: ScriptedServer; env: Record<string, string> }> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return { server, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'x', FLOWKIWI_ORG: '1' } };
}

const pageOf = ({ query }: Asked) => Number(query.get('page') ?? 1);
const instances = (...ids: readonly number[]) =>
  ids.map((id) => ({ id: `i-${id}`, name: 'Acme', handle: `acme-${HANDLES[id]}`, organization_id: '1' }));

describe('at Flowkiwi', () => {
  let sandbox: RunningSandbox;
  let env: Record<string, string>;
  let path: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    env = await sandbox.environment();
    const { stdout } = await flowkiwi(['api', '/api/organizations', '-f', 'name=Acme Corp', '-q'], { env });
    path = `/api/organizations/${stdout.trim()}/instances`;
    for (const handle of HANDLES) await flowkiwi(['api', path, '-f', 'name=Acme', '-f', `handle=${handle}`], { env });
  });

  afterAll(() => sandbox.stop());

  test.each(['application/json', 'application/ld+json'])('api --paginate reads all pages of %s', async (accept) => {
    const args = ['api', '--paginate', path, '-H', `Accept: ${accept}`, '-F', 'itemsPerPage=2', '-f', 'order[handle]=asc'];
    expect(await flowkiwi([...args, '--fields', 'handle'], { env })).toEqual({ status: 0, stderr: '', stdout: `${HANDLES.join('\n')}\n` });
  });
});

test('api --paginate reads all pages of a collection that counts its members and names no next page', async () => {
  const { server, env } = await scripted((asked) => ({
    status: 200,
    json: { totalItems: 4, member: [{ id: pageOf(asked) * 2 - 1 }, { id: pageOf(asked) * 2 }] },
  }));
  expect(await flowkiwi(['api', '--paginate', '/api/x', '-q'], { env })).toEqual({ status: 0, stderr: '', stdout: '1\n2\n3\n4\n' });
  expect(server.log).toHaveLength(2);
});

describe.concurrent('a list that changes while it is read', () => {
  const overlapping = (asked: Asked): Fate => ({
    status: 200,
    json: {
      totalItems: 5,
      member: pageOf(asked) === 1 ? instances(0, 1, 2) : instances(2, 3),
      ...(pageOf(asked) === 1 && { view: { next: `${asked.path}?page=2` } }),
    },
  });
  const said = (action: string) =>
    `${action}: the server counts 5, and 4 came. Run it again if the list was changing; some may be hidden from who is signed in`;
  const INSTANCES = said('list the instances of organization 1');

  test.each<[args: readonly string[], stdout: string, stderr: string]>([
    [['instance', 'list', '-q'], 'i-0\ni-1\ni-2\ni-3\n', `warning: ${INSTANCES}\n`],
    [['api', '--paginate', '/api/x', '-q'], 'i-0\ni-1\ni-2\ni-3\n', `warning: ${said('GET /api/x')}\n`],
    [
      ['instance', 'list', '--json', '--fields', 'id'],
      '[{"id":"i-0"},{"id":"i-1"},{"id":"i-2"},{"id":"i-3"}]\n',
      `${JSON.stringify({ warning: { message: INSTANCES } })}\n`,
    ],
    [['instance', 'list', '--limit', '3', '-q'], 'i-0\ni-1\ni-2\n', ''],
  ])('%j prints each row once, and says that some are missing', async (args, stdout, stderr) => {
    const { env } = await scripted(overlapping);
    expect(await flowkiwi(args, { env })).toEqual({ status: 0, stdout, stderr });
  });
});

test('a command that fails says that alone, in one line of JSON', async () => {
  const { env } = await scripted(({ path }) => {
    if (path.endsWith('/instances')) return { status: 200, json: { totalItems: 5, member: instances(0) } };
    return path.endsWith('/1') ? { status: 200, json: { id: '1', name: 'Acme' } } : { status: 500 };
  });
  const home = homeThatKnows(env['FLOWKIWI_URL'] ?? '', [
    { id: '1', name: 'Acme' },
    { id: '2', name: 'Beta' },
  ]);
  const { FLOWKIWI_ORG: _, ...rest } = env;
  const run = await flowkiwi(['tree', '--json'], { env: rest, home });
  expect([run.status, jsonError(run)['code']]).toEqual([75, 'unavailable']);
});

test('instance list asks for a stable order where --sort says nothing', async () => {
  const { server, env } = await scripted(() => ({ status: 200, json: { member: [], totalItems: 0 } }));
  await flowkiwi(['instance', 'list'], { env });
  await flowkiwi(['instance', 'list', '--sort', 'name:desc'], { env });
  const orders = server.asked.map(({ query }) => [...query].filter(([name]) => name.startsWith('order')));
  expect(orders).toEqual([[['order[createdAt]', 'asc']], [['order[name]', 'desc']]]);
});

describe.concurrent('pages without end', () => {
  test.each<[what: string, member: readonly unknown[]]>([
    ['that are empty', []],
    ['that repeat what was there', instances(0, 1)],
  ])('%s end with 75', async (_what, member) => {
    const endless = (asked: Asked): Fate => ({ status: 200, json: { member, view: { next: `${asked.path}?page=${pageOf(asked) + 1}` } } });
    for (const args of [
      ['instance', 'list', '--json'],
      ['api', '--paginate', '/api/x', '-o', 'tsv', '--fields', 'nothing'],
    ]) {
      const { server, env } = await scripted(endless);
      const run = await flowkiwi(args, { env });
      expect({ status: run.status, asked: server.log.length }).toEqual({ status: 75, asked: 2 });
      expect(run.stderr).toContain('names a next page after one that brought nothing new');
    }
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'api POST that %s ends after it was sent says that it may have been carried out',
  async (signal) => {
    const { server, env } = await scripted(() => new Promise<never>(() => undefined));
    const child = start(['api', 'POST', '/api/organizations', '-f', 'name=Acme'], { env });
    child.stdin?.end();
    const [stdout, stderr, closed] = [collect(child.stdout), collect(child.stderr), once(child, 'close')];
    await until(
      () => server.log.length === 1,
      () => 'nothing was sent',
    );
    child.kill(signal);
    const [status] = await closed;
    const run: Run = { status, stdout: await stdout, stderr: await stderr };
    const word = signal === 'SIGTERM' ? 'terminated' : 'interrupted';
    expect([run.status, textError(run)]).toEqual([
      signal === 'SIGTERM' ? 143 : 130,
      {
        message: `${word}: POST /api/organizations may or may not have been carried out`,
        hint: 'look at what is there before you send it again',
      },
    ]);
  },
);

describe.concurrent('at ZITADEL', () => {
  const NAMES = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon'];
  let zitadel: Zitadel;
  let ids: readonly string[];

  beforeAll(async () => {
    zitadel = await startZitadel();
    const made: string[] = [];
    for (const name of NAMES) made.push((await zitadel.quick(['org', 'create', name, '-q'])).stdout.trim());
    ids = made;
  });

  afterAll(() => zitadel.sandbox.stop());

  test('api understands the answer of a search', async () => {
    const query = ['-F', 'queries[][nameQuery][name]=Beta'];
    const search = ['api', 'POST', '/admin/v1/orgs/_search', ...query];
    expect(await zitadel.run([...search, '--fields', 'id,name'])).toEqual({ status: 0, stderr: '', stdout: `${ids[1]}\tBeta\n` });
    expect(await zitadel.run([...search, '-q'])).toEqual({ status: 0, stderr: '', stdout: `${ids[1]}\n` });
    const none = ['api', 'POST', '/admin/v1/orgs/_search', '-F', 'queries[][nameQuery][name]=nope'];
    expect(await zitadel.run([...none, '-q'])).toEqual({ status: 0, stderr: '', stdout: '' });
  });

  test.each([
    ['POST /admin/v1/orgs/_search', ['POST', '/admin/v1/orgs/_search']],
    ['/admin/v1/orgs/_search, whose method goes without saying', ['/admin/v1/orgs/_search']],
    ['POST /v2/organizations/_search', ['POST', '/v2/organizations/_search']],
  ])('api --paginate reads all pages of %s', async (_what, words) => {
    const run = await zitadel.run(['api', '--paginate', ...words, '-F', 'query[limit]=2', '--fields', 'name']);
    const names = run.stdout.split('\n').filter((name) => NAMES.includes(name));
    expect({ status: run.status, stderr: run.stderr, names: names.sort() }).toEqual({ status: 0, stderr: '', names: [...NAMES].sort() });
  });

  test('api --paginate takes the body of a search from standard input', async () => {
    const stdin = '{"query":{"limit":2,"asc":true},"sortingColumn":"ORG_FIELD_NAME_NAME"}';
    const run = await zitadel.run(['api', '--paginate', '/admin/v1/orgs/_search', '--input', '-', '-o', 'tsv', '--fields', 'name'], {
      stdin,
    });
    const names = run.stdout.split('\n').filter((name) => NAMES.includes(name));
    expect({ status: run.status, names }).toEqual({ status: 0, names: [...NAMES].sort() });
  });

  test.each<[args: readonly string[], names: readonly string[]]>([
    [['--name', 'aMM'], ['Gamma']],
    [['--name', 'nope'], []],
    [
      ['--limit', '2'],
      ['Alpha', 'Beta'],
    ],
    [['--name', 'eta', '--limit', '1'], ['Beta']],
  ])('org list %j', async (args, names) => {
    const { status, stdout } = await zitadel.run(['org', 'list', '--fields', 'name', ...args]);
    expect({ status, names: stdout.split('\n').slice(0, -1) }).toEqual({ status: 0, names });
  });

  test('api --paginate of a request that creates something is refused, and nothing is sent', async () => {
    const run = await zitadel.run(['api', '--paginate', 'POST', '/management/v1/orgs', '-f', 'name=Zeta']);
    expect([run.status, textError(run).message]).toEqual([2, '--paginate is for GET, not POST']);
    const zeta = await zitadel.quick(['org', 'get', 'Zeta']);
    expect([zeta.status, textError(zeta).message]).toEqual([3, 'there is no organization "Zeta"']);
  });
});
