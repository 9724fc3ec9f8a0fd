import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeThatKnows } from '../support/every-command.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

/** Has every organization but these. */
const ABSENT = ['gone', 'nope'];
let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(({ path }) => {
    const [, , , id = ''] = path.split('/');
    return ABSENT.includes(id)
      ? { status: 404, json: { title: 'An error occurred', status: 404, detail: 'Not Found', type: '/errors/404' } }
      : { status: 200, json: { id, name: `Acme ${id}` } };
  });
});

afterAll(() => server.close());

describe('org list', () => {
  test('by a part of the name as it is remembered, and no more than are wanted', async () => {
    const home = homeThatKnows(server.url, [
      { id: 'a', name: 'Acme Corp' },
      { id: 'b', name: 'Beta' },
      { id: 'gone', name: 'ACME Gone' },
      { id: 'c', name: 'New acme' },
      { id: 'd', name: 'Acme D' },
    ]);
    const list = (...args: readonly string[]) =>
      flowkiwi(['org', 'list', ...args], { home, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'x' } });
    const asked = async (...args: readonly string[]) => {
      const before = server.log.length;
      const { stdout } = await list('--fields', 'id', ...args);
      return { ids: stdout.trim().split('\n'), requests: server.log.slice(before) };
    };
    const get = (id: string) => `GET /api/organizations/${id}`;
    expect(await asked('--name', 'aCme')).toEqual({ ids: ['a', 'gone', 'c', 'd'], requests: ['a', 'gone', 'c', 'd'].map(get) });
    expect(await asked('--name', 'acme', '--limit', '2')).toEqual({ ids: ['a', 'gone'], requests: ['a', 'gone'].map(get) });
    expect(await asked('--limit', '1')).toEqual({ ids: ['a'], requests: [get('a')] });
    // The ids are of those that are there.
    expect((await list('--name', 'acme', '--limit', '2', '-q')).stdout).toBe('a\nc\n');
  });
});

describe.concurrent('org forget', () => {
  const KNOWN = [
    { id: 'a', name: 'Acme Corp' },
    { id: 'b', name: 'Acme Corp' },
    { id: 'c', name: 'Gone' },
  ];
  const forgetting = (home: string, ...args: readonly string[]) =>
    flowkiwi(['org', 'forget', ...args], { home, env: { FLOWKIWI_URL: 'http://127.0.0.1:9' } });

  test.each<[org: string, more: readonly string[], stdout: string, stderr: string]>([
    ['Gone', [], 'c\tGone\n', 'Forgot organization Gone (c)\n'],
    ['c', ['--json'], '{"id":"c","name":"Gone"}\n', ''],
    ['c', ['-q'], 'c\n', ''],
  ])('%s %j drops it, and asks no server', async (org, more, stdout, stderr) => {
    const home = homeThatKnows('http://127.0.0.1:9', KNOWN);
    expect(await forgetting(home, org, ...more)).toEqual({ status: 0, stdout, stderr });
    expect((await forgetting(home, 'c')).status).toBe(3);
    expect((await forgetting(home, 'b')).status).toBe(0);
  });

  test('the current one is none afterwards', async () => {
    const home = homeThatKnows('http://127.0.0.1:9', KNOWN);
    const run = await forgetting(home, 'a');
    expect(run.stderr).toBe('Forgot organization Acme Corp (a)\nnext: flowkiwi org list\n');
    const later = await flowkiwi(['instance', 'list'], { home, env: { FLOWKIWI_URL: 'http://127.0.0.1:9', FLOWKIWI_TOKEN: 'x' } });
    expect([later.status, textError(later).message]).toEqual([2, 'no organization is given, and none is current']);
  });

  test.each<[what: string, org: string, status: number, message: string]>([
    ['one that is not known', 'nope', 3, 'profile default knows no organization "nope"'],
    ['a name of two', 'Acme Corp', 5, '"Acme Corp" names 2 organizations'],
  ])('%s', async (_what, org, status, message) => {
    const run = await forgetting(homeThatKnows('http://127.0.0.1:9', KNOWN), org);
    expect([run.status, textError(run).message]).toEqual([status, message]);
  });
});

describe.concurrent('a name', () => {
  const TWINS = [
    { id: 'a', name: 'Acme Corp' },
    { id: 'b', name: 'Acme Corp' },
  ];

  test.each<[args: readonly string[]]>([
    [['org', 'get', 'Acme Corp']],
    [['org', 'use', 'Acme Corp']],
    [['org', 'delete', 'Acme Corp', '--yes']],
    [['instance', 'list', '--org', 'Acme Corp']],
    [['tree', '--org', 'Acme Corp']],
  ])('of two organizations is a conflict that names both: %j', async (args) => {
    const home = homeThatKnows('http://127.0.0.1:9', TWINS);
    const run = await inProcess(args, { home, env: { FLOWKIWI_URL: 'http://127.0.0.1:9', FLOWKIWI_TOKEN: 'x' } });
    expect([run.status, textError(run)]).toEqual([
      5,
      { message: '"Acme Corp" names 2 organizations', hint: 'give the id of the one you mean: a, b' },
    ]);
  });

  test.each<[args: readonly string[]]>([
    [['org', 'get', 'nope']],
    [['org', 'use', 'nope']],
    [['org', 'rename', 'nope', 'x']],
    [['org', 'delete', 'nope', '--yes']],
    [['instance', 'list', '--org', 'nope']],
    [['instance', 'get', 'acme-eu', '--org', 'nope']],
    [['tree', '--org', 'nope']],
  ])('of no organization: %j', async (args) => {
    const run = await flowkiwi(args, { home: homeThatKnows(server.url, []), env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'x' } });
    expect([run.status, textError(run).message]).toEqual([3, 'there is no organization "nope"']);
  });
});
