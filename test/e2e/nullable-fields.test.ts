import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

// Page 001 documents every field of an instance as `string | null` and requires only `@id` and `@type`.
const INSTANCE = {
  id: 'i1',
  name: 'Acme EU',
  handle: 'acme-eu',
  created_at: '2026-01-01T00:00:00+00:00',
  updated_at: '2026-01-02T00:00:00+00:00',
  organization_id: 'o1',
  created_by_organization_id: 'o1',
};
const FIELDS = Object.keys(INSTANCE);
const BARE_INSTANCE = { '@id': '/api/organizations/o1/instances/i9', '@type': 'OrganizationInstancesResource' };
const BARE_ORGANIZATION = { '@id': '/api/organizations/o1', '@type': 'Organization' };
const NOTHING = { id: null, name: null, created_at: null, updated_at: null };
const NO_INSTANCE = { ...NOTHING, handle: null, organization_id: null, created_by_organization_id: null, product_management_url: null };

/** One row for each field that is null, absent, and of another type. */
const rows = FIELDS.flatMap((field) =>
  [null, undefined, { x: 1 }].map((value, index) => {
    const id = `${field}-${index}`;
    return { ...INSTANCE, '@id': `/api/organizations/o1/instances/${id}`, id, [field]: value };
  }),
);

let server: ScriptedServer;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startScriptedServer(({ method, path }) => {
    if (path.endsWith('/instances') && method === 'GET') return { status: 200, json: { member: rows, totalItems: rows.length } };
    if (path.includes('/nothing')) return { status: 200, json: { '@type': 'x', name: 'x', handle: 'x' } };
    if (path.includes('/instances')) return { status: method === 'POST' ? 201 : 200, json: BARE_INSTANCE };
    return { status: method === 'POST' ? 201 : 200, json: BARE_ORGANIZATION };
  });
  env = { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'token', FLOWKIWI_ORG: 'o1' };
});

afterAll(() => server.close());

describe.concurrent('an answer of which only the address is there', () => {
  test.each<[args: readonly string[], json: unknown]>([
    [['instance', 'get', 'i9'], { ...NO_INSTANCE, id: 'i9' }],
    [['instance', 'create', 'Acme', '--handle', 'acme'], { ...NO_INSTANCE, id: 'i9' }],
    [['instance', 'rename', 'i9', 'New'], { ...NO_INSTANCE, id: 'i9' }],
    [['instance', 'transfer', 'i9', '--to', 'o2', '--yes'], { ...NO_INSTANCE, id: 'i9' }],
    [['org', 'get', 'o1'], { ...NOTHING, id: 'o1', owners: [], members: [] }],
    [['org', 'create', 'Acme'], { ...NOTHING, id: 'o1', owners: [], members: [] }],
    [['org', 'rename', 'o1', 'New'], { ...NOTHING, id: 'o1', owners: [], members: [] }],
    [['org', 'use', 'o1'], { id: 'o1', name: null }],
    [['org', 'delete', 'o1', '--yes'], { id: 'o1', name: null, deleted: true }],
  ])('%j', async (args, json) => {
    const run = await flowkiwi([...args, '--json'], { env });
    expect({ ...run, stdout: JSON.parse(run.stdout) }).toEqual({ status: 0, stdout: json, stderr: '' });
    // In words there is no null.
    const [id, table, words] = await Promise.all([
      inProcess([...args, '-q'], { env }),
      inProcess([...args, '-o', 'table'], { env }),
      inProcess(args, { env, isTerminal: true }),
    ]);
    expect([id.status, table.status, words.status]).toEqual([0, 0, 0]);
    expect(`${table.stdout}${words.stdout}${words.stderr}`).not.toMatch(/\bnull\b|undefined/);
    expect(args[1] === 'delete' ? '' : id.stdout).toBe(args[1] === 'delete' ? '' : `${args[0] === 'org' ? 'o1' : 'i9'}\n`);
  });

  test('tree and onboard', async () => {
    const tree = await flowkiwi(['tree', '--org', 'o1'], { env });
    expect(tree).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Organization o1\n├─ Instance "Acme EU" \(handle: acme-eu → /),
    });
    expect(tree.stdout).not.toMatch(/null|undefined/);
    expect(tree.stdout).toContain('Instance "Acme EU" (no handle)');
    const onboard = await flowkiwi(['onboard', '--org-name', 'Acme', '--instance-name', 'EU', '--handle', 'acme'], {
      env: { ...env, FLOWKIWI_ORG: '' },
    });
    expect(onboard).toMatchObject({ status: 0, stdout: 'Organization o1\n└─ Instance i9 (no handle)\n' });
    expect(onboard.stderr).toContain('Created organization Acme (o1)');
  });

  test('a handle that cannot be part of a host name has no address', async () => {
    const odd = await startScriptedServer(({ path }) => {
      const instance = { id: 'i1', name: 'Odd', handle: 'a b' };
      return { status: 200, json: path.endsWith('/instances') ? { member: [instance] } : BARE_ORGANIZATION };
    });
    const run = await flowkiwi(['tree', '--org', 'o1'], { env: { ...env, FLOWKIWI_URL: odd.url } });
    odd.close();
    expect(run).toEqual({ status: 0, stdout: 'Organization o1\n└─ Instance "Odd" (handle: a b)\n', stderr: '' });
  });

  test('an organization that is made without a name is remembered by the one that was sent', async () => {
    const home = newHome();
    expect((await flowkiwi(['org', 'create', 'Acme Corp'], { env, home })).stderr).toContain('Created organization Acme Corp (o1)\n');
    // And keeps it when it is read without one.
    expect((await inProcess(['org', 'get', 'Acme Corp', '-q'], { env, home })).stdout).toBe('o1\n');
    expect((await inProcess(['org', 'get', 'Acme Corp', '-q'], { env, home })).stdout).toBe('o1\n');
  });
});

test('a list has a row for each, with null in JSON and an empty cell elsewhere', async () => {
  const json = await flowkiwi(['instance', 'list', '--json'], { env });
  expect(json).toMatchObject({ status: 0, stderr: '' });
  const printed: Readonly<Record<string, unknown>>[] = JSON.parse(json.stdout);
  expect(printed).toHaveLength(FIELDS.length * 3);
  for (const [index, row] of printed.entries()) {
    const field = FIELDS[Math.floor(index / 3)] ?? '';
    const id = `${field}-${index % 3}`;
    const url = field === 'handle' ? null : `http://acme-eu.product-management.localhost:${new URL(env['FLOWKIWI_URL'] ?? '').port}`;
    expect(row).toEqual({ ...INSTANCE, id, ...(field !== 'id' && { [field]: null }), product_management_url: url });
  }
  const tsv = await flowkiwi(['instance', 'list', '--fields', 'id,name,handle'], { env });
  const [first, second] = ['name-0', 'handle-1'].map((id) => tsv.stdout.split('\n').find((line) => line.startsWith(`${id}\t`)));
  expect([first, second]).toEqual(['name-0\t\tacme-eu', 'handle-1\tAcme EU\t']);
});

describe('an answer without any id is not one', () => {
  test.each<[args: readonly string[], status: number]>([
    [['org', 'get', 'nothing'], 75],
    [['instance', 'get', 'nothing1'], 75],
    [['org', 'rename', 'nothing', 'New'], 75],
  ])('%j', async (args, status) => {
    const run = await flowkiwi([...args, '--json'], { env });
    expect([run.status, jsonError(run)['message']]).toEqual([status, expect.stringContaining('something else than the API documents')]);
  });
});
