import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { homeThatKnows } from '../support/every-command.ts';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { knownIn } from '../support/known-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const NOWHERE = '0196f3a0-1111-7000-8000-000000000001';
const NOTHING_KNOWN =
  'Profile default knows no organization yet: Flowkiwi publishes no listing, so only what was created or read with flowkiwi is listed\n' +
  'next: flowkiwi org create "Acme Corp"\n';

let sandbox: RunningSandbox;
let env: Record<string, string>;
let stranger: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  [env, stranger] = [await sandbox.environment(), await sandbox.environment('stranger@acme.example')];
});

afterAll(() => sandbox.stop());

interface Command {
  (...args: readonly string[]): Promise<Run>;
  /** The same without a process: for what a test needs before it begins, and reads at its end. */
  readonly quick: (...args: readonly string[]) => Promise<Run>;
}

/** The command of one person with a home folder of their own. */
function person(environment: Readonly<Record<string, string>> = env, home = newHome()): Command {
  const options = { env: environment, home };
  return Object.assign((...args: readonly string[]) => flowkiwi(args, options), {
    quick: (...args: readonly string[]) => inProcess(args, options),
  });
}

async function ok(run: Promise<Run>): Promise<string> {
  const { status, stdout, stderr } = await run;
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

let handles = 0;
function newHandle(): string {
  handles += 1;
  return `operations-${[...String(handles)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;
}

/** An organization with one instance, current from now on. */
async function acme(run: Command, name = 'Acme Corp'): Promise<{ org: string; handle: string; id: string }> {
  const handle = newHandle();
  const org = await ok(run.quick('org', 'create', name, '-q'));
  return { org, handle, id: await ok(run.quick('instance', 'create', 'Acme EU', '--handle', handle, '-q')) };
}

/** Deletes an organization behind the back of a home folder. */
const gone = (org: string) => ok(inProcess(['org', 'delete', org, '--yes', '--json'], { env }));

/** Creates an organization without the command. */
async function createOrganization(name: string): Promise<string> {
  const response = await fetch(`${sandbox.url}/api/organizations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${env['FLOWKIWI_TOKEN']}` },
    body: JSON.stringify({ name }),
  });
  return String(Object(await response.json()).id);
}

async function strangersOrganization(): Promise<string> {
  return ok(inProcess(['org', 'create', 'Not ours', '-q'], { env: stranger }));
}

/** What the profile knows. */
const known = (home: string) => knownIn(join(home, '.config', 'flowkiwi'), `${sandbox.url}/`);

describe.concurrent('org list', () => {
  test.each<[flags: readonly string[], stdout: string, stderr: string]>([
    [[], '', NOTHING_KNOWN],
    [['--json'], '[]\n', ''],
    [['-o', 'yaml'], '[]\n', NOTHING_KNOWN],
    [['-q'], '', ''],
    [['-o', 'table'], '', NOTHING_KNOWN],
  ])('nothing known, %j', async (flags, stdout, stderr) => {
    expect(await person().quick('org', 'list', ...flags)).toEqual({ status: 0, stdout, stderr });
  });

  test('each is read back, in the order of coming to be known, and marked', async () => {
    const run = person();
    const first = await ok(run.quick('org', 'create', 'First', '-q'));
    const second = await ok(run.quick('org', 'create', 'Second', '-q'));
    const third = await ok(run.quick('org', 'create', 'Third', '-q', '--no-use'));
    await ok(inProcess(['org', 'rename', first, 'Renamed elsewhere', '-q'], { env }));
    await gone(third);
    const listed = await run('org', 'list', '--json');
    expect(listed).toMatchObject({ status: 0, stderr: '' });
    const rows: Record<string, unknown>[] = JSON.parse(listed.stdout);
    expect(rows.map(({ id, name, status, current }) => [id, name, status, current])).toEqual([
      [first, 'Renamed elsewhere', 'ok', false],
      [second, 'Second', 'ok', true],
      [third, 'Third', 'gone', false],
    ]);
    expect(rows.map(({ owners }) => owners)).toEqual([
      [expect.objectContaining({ email: 'jane@acme.example' })],
      [expect.objectContaining({ email: 'jane@acme.example' })],
      [],
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual(['id', 'name', 'status', 'current', 'created_at', 'updated_at', 'owners', 'members']);
    const table = await run('org', 'list', '-o', 'table');
    expect(table.stdout.split('\n')[0]).toMatch(/^ID +NAME +STATUS +CURRENT +OWNERS +CREATED$/);
    expect(await ok(run('org', 'list', '-q'))).toBe([first, second].join('\n'));
    expect(await ok(run('org', 'list', '--fields', 'current,name'))).toBe('Renamed elsewhere\nyes\tSecond\n\tThird');
    // The new name is remembered.
    expect(await ok(run.quick('org', 'get', 'Renamed elsewhere', '-q'))).toBe(first);
  });

  test('one that is no longer ours', async () => {
    const theirs = await strangersOrganization();
    const home = newHome();
    await ok(person(stranger, home).quick('org', 'get', theirs, '-q'));
    const rows = JSON.parse(await ok(person(env, home)('org', 'list', '--json')));
    expect(rows).toMatchObject([{ id: theirs, name: 'Not ours', status: 'no_access', created_at: null, owners: [] }]);
  });

  test('thirty are read back, and keep their order', async () => {
    const home = newHome();
    const names = Array.from({ length: 30 }, (_, number) => `Known ${number}`);
    const known = await Promise.all(names.map(async (name) => ({ id: await createOrganization(name), name })));
    const folder = join(home, '.config', 'flowkiwi');
    mkdirSync(folder, { recursive: true });
    const organizations = { [`${sandbox.url}/`]: { known } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ version: 1, profiles: { default: { organizations } } }), { mode: 0o600 });
    expect(await ok(person(env, home)('org', 'list', '--fields', 'name'))).toBe(names.join('\n'));
  });

  test.each<[what: string, known: readonly { id: string; name: string }[], args: readonly string[]]>([
    ['one is known', [{ id: 'a', name: 'Acme' }], []],
    ['none is known', [], []],
    ['none of that name is known', [{ id: 'a', name: 'Acme' }], ['--name', 'nope']],
  ])('a server that refuses the token is a failure, not an empty list: %s', async (_what, known, args) => {
    const run = await person({ ...env, FLOWKIWI_TOKEN: 'wrong' }, homeThatKnows(sandbox.url, known))('org', 'list', '--json', ...args);
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 4, code: 'auth' });
  });

  test.each([[['org', 'list']], [['tree']]])('%j of one who knows none and is not signed in leads to the sign-in', async (args) => {
    const run = await flowkiwi(args, { env: { FLOWKIWI_URL: 'http://127.0.0.1:9' } });
    expect(run).toEqual({ status: 0, stdout: '', stderr: NOTHING_KNOWN.replace(/next: .*/, 'next: flowkiwi login') });
  });
});

describe.concurrent('org rename', () => {
  test('by id and by name; the new name is known', async () => {
    const run = person();
    const id = await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    const renamed = await run('org', 'rename', 'Acme Corp', 'Acme Group', '--json');
    expect(JSON.parse(renamed.stdout)).toMatchObject({ id, name: 'Acme Group', owners: [{ email: 'jane@acme.example' }] });
    const again = await run('org', 'rename', id, '北京 Corp');
    expect(again).toMatchObject({ status: 0, stderr: `Renamed organization ${id} to 北京 Corp\n` });
    expect(await ok(run.quick('org', 'get', '北京 Corp', '-q'))).toBe(id);
  });

  test.each<[args: readonly string[], status: number, words: string]>([
    [[], 2, 'ORG is missing'],
    [['Acme Corp'], 2, 'NAME is missing'],
    [[NOWHERE, 'x'], 3, `there is no organization "${NOWHERE}"`],
    [['no such name', 'x'], 3, 'there is no organization "no such name"'],
    [[NOWHERE, ' '], 2, 'NAME is empty'],
  ])('%j', async (args, status, words) => {
    const run = await person().quick('org', 'rename', ...args);
    expect(run.status).toBe(status);
    expect(textError(run).message).toContain(words);
  });

  test('a member who is not an owner is told who can', async () => {
    const org = await strangersOrganization();
    await sandbox.control(`organizations/${org}/members`, { email: 'jane@acme.example' });
    const run = await person()('org', 'rename', org, 'Ours');
    expect(run.status).toBe(7);
    expect(textError(run).hint).toBe(`only its owners may rename an organization: flowkiwi org get ${org}`);
  });

  test('a name of two is ambiguous, and both are named', async () => {
    const run = person();
    const ids = [await ok(run.quick('org', 'create', 'Twin', '-q')), await ok(run.quick('org', 'create', 'Twin', '-q'))];
    const renamed = await run('org', 'rename', 'Twin', 'Single');
    expect(renamed.status).toBe(5);
    expect(textError(renamed).hint).toContain(ids.join(', '));
  });
});

describe.concurrent('org use', () => {
  test('by name and by id', async () => {
    const home = newHome();
    const run = person(env, home);
    const first = await ok(run.quick('org', 'create', 'First', '-q'));
    const second = await ok(run.quick('org', 'create', 'Second', '-q'));
    const used = await run('org', 'use', 'First', '--json');
    expect(used).toEqual({ status: 0, stdout: `{"id":"${first}","name":"First"}\n`, stderr: '' });
    expect(await ok(run.quick('org', 'get', '-q'))).toBe(first);
    expect((await run('org', 'use', second)).stderr).toBe(`The current organization is Second (${second})\nnext: flowkiwi instance list\n`);
    expect(known(home)).toEqual({
      current: second,
      known: [
        { id: first, name: 'First' },
        { id: second, name: 'Second' },
      ],
    });
  });

  test('one that this profile has never seen', async () => {
    const id = await ok(person().quick('org', 'create', 'Unseen', '-q'));
    const run = person();
    expect(await ok(run('org', 'use', id, '-q'))).toBe(id);
    expect(await ok(run.quick('org', 'get', '-q'))).toBe(id);
  });

  test.each<[org: () => string | Promise<string>, status: number]>([
    [() => NOWHERE, 3],
    [() => 'nobody knows', 3],
    [strangersOrganization, 7],
  ])('what cannot be read is not used', async (org, status) => {
    const run = person();
    const current = await ok(run.quick('org', 'create', 'Current', '-q'));
    expect((await run('org', 'use', await org())).status).toBe(status);
    expect(await ok(run.quick('org', 'get', '-q'))).toBe(current);
  });

  test('a known one while the server is away, or nobody is signed in', async () => {
    const home = newHome();
    const run = person(env, home);
    const first = await ok(run.quick('org', 'create', 'First', '-q'));
    await ok(run.quick('org', 'create', 'Second', '-q'));
    const { status, stdout, stderr } = await flowkiwi(['org', 'use', 'First', '-q'], { env: { FLOWKIWI_URL: sandbox.url }, home });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${first}\n`, stderr: '' });
    expect(known(home).current).toBe(first);
    const unknown = await flowkiwi(['org', 'use', NOWHERE, '--json'], { env: { FLOWKIWI_URL: sandbox.url }, home });
    expect(unknown.status).toBe(4);
  });
});

describe.concurrent('org delete', () => {
  test('--yes; then it is neither known nor current', async () => {
    const home = newHome();
    const run = person(env, home);
    const kept = await ok(run.quick('org', 'create', 'Kept', '-q'));
    const id = await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    expect(await run('org', 'delete', 'Acme Corp', '--yes')).toEqual({
      status: 0,
      stdout: '',
      stderr: `Deleted organization Acme Corp (${id})\nnext: flowkiwi org list\n`,
    });
    expect(known(home)).toEqual({ current: undefined, known: [{ id: kept, name: 'Kept' }] });
    expect((await run.quick('org', 'get', id)).status).toBe(3);
    expect((await run('instance', 'list')).status).toBe(2);
  });

  test('nobody is asked and nothing is confirmed: a usage error, nothing is sent', async () => {
    const run = await flowkiwi(['org', 'delete', NOWHERE], { env: { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_TOKEN: 'x' } });
    expect(run.status).toBe(2);
    expect(textError(run)).toEqual({
      message: `deleting the organization ${NOWHERE} needs confirmation, and this is not an interactive terminal`,
      hint: 'add --yes',
    });
  });

  test('--yes names nothing: neither the current organization nor that of the environment is meant', async () => {
    const run = person();
    const id = await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    const environment = { ...env, FLOWKIWI_ORG: id };
    for (const missing of [await run('org', 'delete', '--yes'), await person(environment)('org', 'delete', '--yes', '--org', id)]) {
      expect(missing.status).toBe(2);
      expect(textError(missing).message).toBe('ORG is missing');
    }
    expect((await run.quick('org', 'get', id)).status).toBe(0);
  });

  test('one with instances: a conflict that says what empties it', async () => {
    const run = person();
    const { org } = await acme(run);
    const refused = await run('org', 'delete', org, '--yes');
    expect(refused.status).toBe(5);
    expect(textError(refused)).toEqual({
      message: expect.stringContaining('The organization still has instances'),
      hint: expect.stringMatching(`no documented call deletes an instance.* flowkiwi instance transfer INSTANCE --to ORG --org ${org}$`),
    });
    expect(await ok(run.quick('org', 'get', '-q'))).toBe(org);
  });

  test('by a member who is not an owner', async () => {
    const org = await strangersOrganization();
    await sandbox.control(`organizations/${org}/members`, { email: 'jane@acme.example' });
    const refused = await person()('org', 'delete', org, '--yes');
    expect(refused.status).toBe(7);
    expect(textError(refused).hint).toContain('only an owner can delete an organization, and only an empty one');
  });

  test('a remembered name that another organization bears now is not what is deleted', async () => {
    const run = person();
    const id = await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    await ok(inProcess(['org', 'rename', id, 'The most important one', '-q'], { env }));
    const refused = await run('org', 'delete', 'Acme Corp', '--yes');
    expect(refused.status).toBe(5);
    expect(textError(refused).message).toContain('is now named "The most important one"');
    expect((await run.quick('org', 'get', id)).status).toBe(0);
  });

  test('one that is gone already is forgotten', async () => {
    const home = newHome();
    const run = person(env, home);
    const id = await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    await gone(id);
    expect((await run('org', 'delete', id, '--yes')).status).toBe(3);
    expect(known(home)).toEqual({ current: undefined, known: [] });
  });
});

describe.concurrent('instance rename', () => {
  test('by handle and by id', async () => {
    const run = person();
    const { id, handle } = await acme(run);
    const renamed = await run('instance', 'rename', handle, 'Acme Europe');
    expect(renamed).toMatchObject({ status: 0, stderr: `Renamed instance ${handle} (${id}) to Acme Europe\n` });
    expect(JSON.parse(await ok(run('instance', 'rename', id, 'Acme 欧洲', '--json')))).toMatchObject({ id, handle, name: 'Acme 欧洲' });
    expect(await ok(run('instance', 'get', id, '--fields', 'name'))).toBe('Acme 欧洲');
  });

  test.each<[args: readonly string[], status: number, words: string]>([
    [[], 2, 'INSTANCE is missing'],
    [['acme-eu'], 2, 'NAME is missing'],
    [['acme-eu', ''], 2, 'NAME is empty'],
    [['nobody-has-this', 'x'], 3, 'no instance with the handle nobody-has-this'],
    [[NOWHERE, 'x'], 3, 'Not Found'],
  ])('%j', async (args, status, words) => {
    const run = person();
    await ok(run.quick('org', 'create', 'Acme Corp', '-q'));
    const failed = await run.quick('instance', 'rename', ...args);
    expect(failed.status).toBe(status);
    expect(textError(failed).message).toContain(words);
  });
});

describe.concurrent('instance transfer', () => {
  test('to an authorized organization, by handle and by id, by name and by id', async () => {
    const run = person();
    const { org, handle, id } = await acme(run);
    const target = await ok(run.quick('org', 'create', 'Acme Group', '-q', '--no-use'));
    await sandbox.control(`instances/${id}/authorized-organizations`, { organization_id: target });
    expect(await run('instance', 'transfer', handle, '--to', 'Acme Group', '--yes')).toMatchObject({
      status: 0,
      stderr: `Transferred instance ${handle} (${id}) to organization ${target}\nnext: flowkiwi instance get ${handle} --org ${target}\n`,
    });
    expect((await run('instance', 'get', handle)).status).toBe(3);
    await sandbox.control(`instances/${id}/authorized-organizations`, { organization_id: org });
    const back = await ok(run('instance', 'transfer', id, '--to', org, '--org', target, '--yes', '--json'));
    expect(JSON.parse(back)).toMatchObject({ id, handle, organization_id: org, created_by_organization_id: org });
    // What is empty can be deleted.
    expect((await run('org', 'delete', target, '--yes')).status).toBe(0);
  });

  test('to one that is not authorized, and to the owner itself', async () => {
    const run = person();
    const { org, handle } = await acme(run);
    const target = await ok(run.quick('org', 'create', 'Acme Group', '-q', '--no-use'));
    for (const [to, words] of [
      [target, 'not one of the authorized organizations'],
      [org, 'already belongs to this organization'],
    ] as const) {
      const refused = await run('instance', 'transfer', handle, '--to', to, '--yes');
      expect(refused.status).toBe(2);
      expect(refused.stderr).toContain(words);
      expect(textError(refused).hint).toContain('an organization that it has authorized already and that does not own it yet');
    }
  });

  test.each<[args: readonly string[], status: number, message: string]>([
    [['--yes'], 2, 'INSTANCE is missing'],
    [['acme-eu', '--yes'], 2, '--to is missing'],
    [
      ['acme-eu', '--to', NOWHERE],
      2,
      `transferring the instance acme-eu to ${NOWHERE} needs confirmation, and this is not an interactive terminal`,
    ],
    [['acme-eu', '--to', NOWHERE, '--yes'], 2, 'no organization is given, and none is current'],
  ])('%j', async (args, status, message) => {
    const run = await inProcess(['instance', 'transfer', ...args], { env: { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_TOKEN: 'x' } });
    expect(run.status).toBe(status);
    expect(textError(run).message).toBe(message);
  });
});

describe.concurrent('tree', () => {
  const domain = () => `product-management.localhost:${new URL(sandbox.url).port}`;
  const line = (handle: string, mark = '└─') => `${mark} Instance "Acme EU" (handle: ${handle} → ${handle}.${domain()})`;

  test('every organization that is known, with what has become of it', async () => {
    const home = newHome();
    const run = person(env, home);
    const first = await acme(run);
    const second = await ok(run.quick('instance', 'create', 'Acme US', '--handle', newHandle(), '--json'));
    const us: { id: string; handle: string } = JSON.parse(second);
    const lost = await ok(run.quick('org', 'create', 'Lost', '-q', '--no-use'));
    const theirs = await strangersOrganization();
    await ok(person(stranger, home).quick('org', 'get', theirs, '-q'));
    const empty = await ok(run.quick('org', 'create', 'Empty', '-q'));
    await gone(lost);
    const tree = [
      'Organization "Acme Corp"',
      line(first.handle, '├─'),
      `└─ Instance "Acme US" (handle: ${us.handle} → ${us.handle}.${domain()})`,
      'Organization "Lost" (gone)',
      'Organization "Not ours" (no access)',
      'Organization "Empty"',
      '',
    ].join('\n');
    for (const flags of [[], ['-o', 'table'], ['-o', 'tsv']]) {
      expect(await run('tree', ...flags)).toEqual({ status: 0, stdout: tree, stderr: '' });
    }
    const dimmed = await run('tree', '--color', 'always');
    expect(dimmed.stdout).toContain('\u001b[2mOrganization "Lost" (gone)\u001b[22m\n');
    expect(await ok(run('tree', '-q'))).toBe([first.org, first.id, us.id, theirs, empty].join('\n'));
    const json = await run('tree', '--json');
    expect(json.stderr).toBe('');
    const nodes: Record<string, unknown>[] = JSON.parse(json.stdout);
    expect(nodes.map(({ id, status, current }) => [id, status, current])).toEqual([
      [first.org, 'ok', false],
      [lost, 'gone', false],
      [theirs, 'no_access', false],
      [empty, 'ok', true],
    ]);
    expect(nodes[0]?.['instances']).toMatchObject([{ id: first.id, handle: first.handle }, us]);
    expect(parseYaml((await run('tree', '-o', 'yaml')).stdout)).toEqual(nodes);
  });

  test('the one of --org', async () => {
    const run = person();
    const { org, handle } = await acme(run);
    await ok(run.quick('org', 'create', 'Another', '-q'));
    const tree = `Organization "Acme Corp"\n${line(handle)}`;
    expect(await ok(run('tree', '--org', 'Acme Corp'))).toBe(tree);
    expect(await ok(person({ ...env, FLOWKIWI_ORG: org })('tree'))).toBe(tree);
    expect(JSON.parse(await ok(run('tree', '--org', org, '--fields', 'name,instances', '--json')))).toMatchObject([
      { name: 'Acme Corp', instances: [{ handle }] },
    ]);
    expect((await run('tree', '--org', NOWHERE)).status).toBe(3);
  });

  test.each<[flags: readonly string[], stdout: string, stderr: string]>([
    [[], '', NOTHING_KNOWN],
    [['--json'], '[]\n', ''],
    [['-q'], '', ''],
  ])('nothing known, %j', async (flags, stdout, stderr) => {
    expect(await person().quick('tree', ...flags)).toEqual({ status: 0, stdout, stderr });
  });

  test('fields of a drawing', async () => {
    const run = await person()('tree', '--fields', 'name');
    expect(run.status).toBe(2);
    expect(textError(run).hint).toBe('flowkiwi tree --fields id,name --json');
  });
});
