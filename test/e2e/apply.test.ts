import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RecordingServer, recordingServer } from '../support/servers/recording-server.ts';
import { call, startInMemory } from '../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;
let server: RecordingServer;
let token: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  server = await recordingServer(sandbox.url);
  token = await sandbox.issueAccessToken('jane@acme.example');
});

afterAll(async () => {
  server.close();
  await sandbox.close();
});

beforeEach(async () => {
  await set({ faults: [] });
  await call(sandbox.url, 'POST', '/_sandbox/reset', { body: {} });
  server.exchanges.length = 0;
});

async function set({
  faults,
  switches = [],
}: {
  readonly faults: readonly string[];
  readonly switches?: readonly string[];
}): Promise<void> {
  await call(sandbox.url, 'POST', '/_sandbox/faults', { body: { rules: faults } });
  await call(sandbox.url, 'POST', '/_sandbox/switches', { body: { switches } });
}

/** A folder with a manifest, and the command in it. */
function folder(csv: string) {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-apply-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const home = newHome();
  const path = (name: string) => join(directory, name);
  writeFileSync(path('c.csv'), csv);
  return {
    path,
    home,
    forget: () => rmSync(path('c.journal'), { recursive: true }),
    write: (text: string) => writeFileSync(path('c.csv'), text),
    apply: (...args: readonly string[]): Promise<Run> =>
      applying(['--yes', ...(args[0]?.endsWith('.csv') ? [] : [path('c.csv')]), ...args], home),
  };
}

function applying(args: readonly string[], home = newHome()): Promise<Run> {
  return inProcess(['apply', ...args], { home, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: token, FLOWKIWI_NO_INPUT: '1' } });
}

const events = ({ stdout }: Run): readonly Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const summary = (run: Run) => events(run).findLast(({ event }) => event === 'summary');
const sent = (method: string) => server.exchanges.filter((one) => one.method === method).length;

/** Each event has the members that the published schema has for it, and no others. */
function expectPublished({ version, event, ...members }: Record<string, unknown>): void {
  const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'apply-events.schema.json'), 'utf8'));
  const forms = isRecord(schema) && Array.isArray(schema['oneOf']) ? schema['oneOf'].filter(isRecord) : [];
  const names = ({ properties }: Record<string, unknown>) => (isRecord(properties) ? properties : {});
  const form = forms.find((one) =>
    [names(one)['event']].some(
      (is) => isRecord(is) && (is['const'] === event || (Array.isArray(is['enum']) && is['enum'].includes(event))),
    ),
  );
  expect(version).toBe(1);
  expect(Object.keys({ event, ...names(form ?? {}) })).toEqual(expect.arrayContaining(Object.keys(members)));
  expect(Object.keys(members)).toEqual(expect.arrayContaining(Array.isArray(form?.['required']) ? form['required'] : ['a form']));
}

const TWO = 'organization,instance,handle\nAcme Corp,EU,acme-eu\nBeta Corp,EU,beta-eu\n';

describe('a run', () => {
  test('creates what is missing, and a second one sends nothing', async () => {
    const { apply, path } = folder(TWO);
    expect(await apply('--first-run', '--results', path('r.csv'))).toMatchObject({ status: 0, stdout: '2 rows: 2 created\n' });
    expect([sent('POST'), sent('GET')]).toEqual([4, 0]);
    server.exchanges.length = 0;
    expect(await apply()).toMatchObject({ status: 0, stdout: '2 rows: 2 unchanged\n' });
    // A results file needs no journal.
    expect(await apply(path('r.csv'), '--detailed-exitcode')).toMatchObject({ status: 0, stdout: '2 rows: 2 unchanged\n' });
    expect(server.exchanges).toEqual([]);
  });

  test('tells a script of each step, with ids', async () => {
    const { apply } = folder(TWO);
    const run = await apply('--first-run', '--json', '--detailed-exitcode');
    expect(run.status).toBe(10);
    expect(events(run).map(({ event }) => event)).toEqual(['plan', ...Array(4).fill(['intent', 'created']).flat(), 'summary']);
    const created = events(run).filter(({ event, kind }) => event === 'created' && kind === 'organization');
    expect(created.map(({ key, id }) => [key, id])).toEqual([
      ['Acme Corp', ...server.organizations('Acme Corp')],
      ['Beta Corp', ...server.organizations('Beta Corp')],
    ]);
    for (const event of events(run)) expectPublished(event);
    expect(summary(run)).toMatchObject({ rows: 2, created: 2, failed: 0, changes: true, exit: 10 });
  });

  test('waits when the server asks it to, and repeats what is proved by its handle', async () => {
    const { apply } = folder(TWO);
    await set({
      faults: [
        'POST /api/organizations=429x1',
        'POST /api/organizations=503x1',
        'POST /api/*/instances=500x2',
        'POST /api/*/instances=503-afterx1',
      ],
    });
    const run = await apply('--first-run', '--json');
    expect([run.status, summary(run)?.['created']]).toEqual([0, 2]);
    expect(server.organizations()).toHaveLength(2);
  });

  test('goes on after a failure, and the corrected row just runs', async () => {
    const { apply, write, path } = folder(TWO);
    expect((await apply('--first-run')).status).toBe(0);
    const taken = `${TWO}Gamma,EU,acme-eu2\n`.replace('acme-eu2', 'gamma');
    await call(sandbox.url, 'POST', '/_sandbox/faults', { body: { rules: ['POST /api/*/instances=422x1'] } });
    write(`${taken}Delta,EU,delta\n`);
    const run = await apply('--concurrency', '1', '--failed', path('f.csv'));
    expect([run.status, run.stdout]).toEqual([2, '4 rows: 1 created, 2 unchanged, 1 failed\n']);
    expect(run.stderr).toMatch(/c\.csv:4: Gamma: /);
    const failed = readFileSync(path('f.csv'), 'utf8').trim().split(/\r?\n/);
    expect(failed).toHaveLength(2);
    expect(failed[1]).toContain(server.organizations('Gamma')[0]);
    expect(await apply()).toMatchObject({ status: 0, stdout: '4 rows: 1 created, 3 unchanged\n' });
    expect(server.organizations('Gamma')).toHaveLength(1);
  });

  test('renames what the manifest has renamed, and nothing that the server has', async () => {
    const { apply, write } = folder('key,organization,instance,handle\na,Acme,EU,acme-eu\nb,Beta,EU,beta-eu\n');
    await apply('--first-run');
    write('key,organization,instance,handle\na,Acme 2,EU,acme-eu\nb,Beta,EU,beta-eu\n');
    expect(await apply('--rename')).toMatchObject({ status: 0, stdout: '2 rows: 1 renamed, 1 unchanged\n' });
    const [acme = ''] = server.organizations('Acme');
    await call(sandbox.url, 'PATCH', `/api/organizations/${acme}`, { token, body: { name: 'By hand' } });
    write('key,organization,instance,handle\na,Acme 3,EU,acme-eu\nb,Beta,EU,beta-eu\n');
    const run = await apply('--rename');
    expect(run.status).toBe(5);
  });

  test('stops at what all requests would meet', async () => {
    const { apply } = folder(TWO);
    await set({ faults: ['POST /api/organizations=403'] });
    const run = await apply('--first-run', '--json');
    expect([run.status, summary(run)?.['failed'], summary(run)?.['not_started']]).toEqual([7, 1, 1]);
  });

  test('begins no more requests in a second than it may', async () => {
    const rows = Array.from({ length: 6 }, (_, index) => `Org ${index},EU,rate-${'abcdef'[index]}\n`);
    const { apply } = folder(`organization,instance,handle\n${rows.join('')}`);
    const begun = Date.now();
    expect((await apply('--first-run', '--rate', '20/s')).status).toBe(0);
    expect(Date.now() - begun).toBeGreaterThan(11 * 50);
  });
});

describe('a create of an organization without an answer', () => {
  test('is unknown until somebody says what became of it', async () => {
    const { apply, forget } = folder(TWO);
    server.lose(1);
    const first = await apply('--first-run', '--json');
    for (const event of events(first)) expectPublished(event);
    expect([first.status, summary(first)]).toMatchObject([6, { unknown: 1, created: 1 }]);
    const again = await apply();
    expect(again).toMatchObject({ status: 6, stdout: '2 rows: 1 unchanged, 1 unknown\n' });
    expect(server.organizations()).toHaveLength(2);
    expect(await apply('--status')).toMatchObject({ status: 6 });
    const [id = ''] = server.organizations('Acme Corp');
    expect((await apply('--adopt', `Acme Corp=${id}`)).stdout).toBe('2 rows: 1 created, 1 unchanged\n');
    expect(server.organizations()).toHaveLength(2);
    expect(await apply('--assume-absent', 'Acme Corp')).toMatchObject({ status: 2, stderr: expect.stringContaining(id) });
    forget();
  });

  test('is told of with the commands that settle it, and what was said wrongly can be said again', async () => {
    const { apply, path } = folder(TWO);
    server.lose(1);
    const first = await apply('--first-run', '--group-by-name');
    expect(first.stderr).toContain(`look for "Acme Corp" on Flowkiwi's website. If it is not there, say --assume-absent "Acme Corp"; `);
    expect(first.stderr).toContain(`flowkiwi apply --yes ${path('c.csv')} --group-by-name --adopt "Acme Corp=ID"\n`);
    expect(events(await apply('--status', '--json'))).toMatchObject([{ event: 'unknown', name: 'Acme Corp' }, { event: 'summary' }]);
    const [id = '', beta = ''] = [...server.organizations('Acme Corp'), ...server.organizations('Beta Corp')];
    for (const [args, message] of [
      [['--adopt', `Acme=${id}`], 'neither the manifest nor the journal has a customer "Acme"'],
      [['--assume-absent', 'Acme'], 'neither the manifest nor the journal has a customer "Acme"'],
      [['--adopt', `Acme Corp=${beta.toUpperCase()}`], 'is that of "Beta Corp" already'],
    ] as const) {
      expect(await apply(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    }
    expect(await apply('--adopt', 'Acme Corp=0196f3a0-1111-7000-8000-000000000009')).toMatchObject({ status: 3 });
    // A plan has it, and leaves the journal as it is.
    expect(events(await apply('--adopt', `Acme Corp=${id}`, '--dry-run', '--json'))[0]).toMatchObject({ organization_id: id });
    expect((await apply('--adopt', `Acme Corp=${id}`)).stdout).toBe('2 rows: 1 created, 1 unchanged\n');
  });

  test('is sent again where the server does it once', async () => {
    const { apply, home } = folder(TWO);
    await set({ faults: [], switches: ['idempotencyKeys=on'] });
    server.lose(2);
    await inProcess(['profile', 'set', 'default', '--idempotency-keys', 'on'], { home });
    const run = await apply('--first-run', '--json');
    expect([run.status, summary(run)?.['created']]).toEqual([0, 2]);
    const keys = server.exchanges.flatMap(({ path, name, key }) => (path === '/api/organizations' && name === 'Acme Corp' ? [key] : []));
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(server.organizations()).size).toBe(2);
  });

  test('can be rebuilt from the events alone', async () => {
    const { apply, forget, path } = folder(TWO);
    server.lose(1);
    const run = await apply('--first-run', '--json', '--concurrency', '1');
    expect(run.status).toBe(6);
    writeFileSync(path('events.jsonl'), run.stdout);
    forget();
    const again = await apply('--adopt', path('events.jsonl'));
    expect(again).toMatchObject({ status: 6, stdout: '2 rows: 1 unchanged, 1 unknown\n' });
    expect(server.organizations()).toHaveLength(2);
  });
});

describe('without a journal', () => {
  test('nothing is sent until somebody says that it is the first run', async () => {
    const { apply } = folder(TWO);
    const run = await apply();
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('--first-run')]);
    expect(server.exchanges).toEqual([]);
  });

  test('the second night leaves nothing new behind, and says why', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `Org ${index},EU,night-${'abcdefghijklmnopqrst'[index]}\n`);
    const { apply, forget, home } = folder(`organization,instance,handle\n${rows.join('')}`);
    expect((await apply('--first-run')).status).toBe(0);
    const before = [...server.organizations()].sort();
    forget();
    const second = await apply('--first-run');
    expect([second.status, second.stderr]).toEqual([5, expect.stringContaining('a second run without the journal of the first one')]);
    expect(second.stderr).toMatch(/\nhint: bring the journal of that run back \(--journal\), or give apply its results file/);
    expect([...server.organizations()].sort()).toEqual(before);
    // What the second night has left behind does not make the third one a repeat.
    expect((await apply('--first-run')).status).toBe(5);
    expect([...server.organizations()].sort()).toEqual(before);
    // What was deleted again is not known any more either.
    expect((await inProcess(['org', 'list'], { home, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: token } })).stdout).not.toContain(
      'gone',
    );
  });

  test.each([
    ['standard input needs a folder for it', ['-'], '--journal'],
    ['a folder that cannot be made is an error', ['--first-run', '--journal', '/proc/nowhere'], '--journal'],
  ])('%s', async (_, args, hint) => {
    const { apply, home } = folder(TWO);
    const run =
      args[0] === '-'
        ? await inProcess(['apply', '-', '--format', 'csv'], { home, stdin: TWO, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: token } })
        : await apply(...args);
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining(hint)]);
    expect(server.exchanges).toEqual([]);
  });
});

describe('one customer by options', () => {
  const OPTIONS = ['--org-name', 'Acme', '--instance-name', 'EU', '--handle', 'acme-one'];

  test('is there after the first time, and unchanged after the second', async () => {
    const home = newHome();
    const first = await applying([...OPTIONS, '--first-run', '--json'], home);
    expect([first.status, JSON.parse(first.stdout)]).toMatchObject([0, { created: true, unchanged: false }]);
    const second = await applying([...OPTIONS, '--json'], home);
    expect([second.status, JSON.parse(second.stdout)]).toMatchObject([0, { created: false, unchanged: true }]);
    const [org = ''] = server.organizations();
    const third = await applying(['--org', org, '--instance-name', 'EU', '--handle', 'acme-one', '--json']);
    expect([third.status, JSON.parse(third.stdout)]).toMatchObject([0, { unchanged: true, organization_id: org }]);
    const fourth = await applying(['--org', org, '--instance-name', 'EU 2', '--handle', 'acme-two', '--json']);
    expect([fourth.status, JSON.parse(fourth.stdout)]).toMatchObject([0, { created: true, handle: 'acme-two' }]);
    expect(server.organizations()).toHaveLength(1);
  });

  test('whose handle is taken is not there, however often it is tried', async () => {
    await applying([...OPTIONS, '--first-run']);
    const home = newHome();
    for (const more of [['--first-run'], []]) {
      const run = await applying(['--org-name', 'Beta', ...OPTIONS.slice(2), ...more], home);
      expect([run.status, run.stdout, run.stderr]).toEqual([5, '', expect.not.stringMatching(/^(?:Created|Found) /m)]);
    }
    expect(server.organizations()).toHaveLength(1);
  });

  test.each([
    [['--org-name', 'Acme', '--handle', 'acme-one'], '--instance-name together with --handle'],
    [['c.csv', ...OPTIONS], 'in place of a file'],
  ])('%j is a usage error', async (args, message) => {
    expect(await applying(args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
});

describe('what only prints or plans', () => {
  test('sends nothing and leaves no file', async () => {
    const { apply, path } = folder('Kunde,Name,Kürzel\nAcme,EU,acme-eu\nAcme,US,acme-us\n');
    const map = ['--map', 'organization=Kunde,instance=Name,handle=Kürzel', '--group-by-name', '--format', 'csv'];
    const plan = await apply(...map, '--dry-run', '--json');
    const checksum = String(events(plan).at(-1)?.['checksum']);
    expect([plan.status, events(plan).at(-1)]).toMatchObject([0, { event: 'plan', rows: 2, changes: 3 }]);
    expect(await apply(...map, '--dry-run', '--refresh', '--rename', '--detailed-exitcode')).toMatchObject({ status: 10 });
    expect(await apply(...map, '--expect-plan', 'abc', '--first-run')).toMatchObject({ status: 5 });
    expect(await apply(...map, '--suggest-handles')).toMatchObject({ status: 0, stdout: expect.stringContaining('acme-us') });
    expect(await apply(...map, '--status')).toMatchObject({ status: 0, stdout: expect.stringContaining('2 not started') });
    expect(server.exchanges).toEqual([]);
    expect(existsSync(path('c.journal'))).toBe(false);
    expect(await apply(...map, '--expect-plan', checksum, '--first-run')).toMatchObject({ status: 0 });
    expect(server.organizations()).toHaveLength(1);
  });

  test.each([['--init'], ['--schema'], ['--export']])('apply %s prints it', async (flag) => {
    expect(await applying([flag])).toMatchObject({ status: 0 });
  });
});

describe('limits', () => {
  test.each([
    [['--rate', 'fast'], '--rate takes a number of requests'],
    [['--max-failures', '101%'], '--max-failures takes a number or a percentage'],
    [['--concurrency', '0'], '--concurrency takes a whole number from 1'],
  ])('%j is a usage error', async (args, message) => {
    expect(await folder(TWO).apply(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });

  test('too many failures, or the end of the time, stop a run that goes on later', async () => {
    const rows = Array.from({ length: 6 }, (_, index) => `Org ${index},EU,limit-${'abcdef'[index]}\n`);
    const { apply } = folder(`organization,instance,handle\n${rows.join('')}`);
    await set({ faults: ['POST /api/organizations=422x2'] });
    const failed = await apply('--first-run', '--concurrency', '1', '--max-failures', '1', '--json');
    expect([failed.status, summary(failed)]).toMatchObject([2, { failed: 2, not_started: 4 }]);
    const late = await apply('--first-run', '--max-duration', '300ms', '--rate', '4/s', '--json');
    expect(late.status).toBe(75);
    expect(await apply('--first-run')).toMatchObject({ status: 0 });
    expect(server.organizations()).toHaveLength(6);
  });

  test('a customer that has another key is the same one', async () => {
    const { apply, write } = folder('key,organization,instance,handle\nold,Acme,EU,acme-eu\n');
    await apply('--first-run');
    write('key,organization,instance,handle\nnew,Acme,EU,acme-eu\n');
    expect(await apply()).toMatchObject({ status: 2 });
    expect(await apply('--rekey', 'old=new')).toMatchObject({ status: 0, stdout: '1 row: 1 unchanged\n' });
    expect(await apply('--rekey', 'old=new')).toMatchObject({ status: 0 });
    expect(await apply()).toMatchObject({ status: 0 });
  });
});
