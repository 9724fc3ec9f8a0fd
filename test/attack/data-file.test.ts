import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { collect, newHome, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { call } from '../support/servers/sandbox-in-memory.ts';

const run = promisify(execFile);

interface Served {
  readonly path: string;
  readonly sandbox: RunningSandbox;
  /** The status of a create, and the id of what was created. */
  readonly create: () => Promise<readonly [status: number, id: string]>;
}

async function serve(path = join(newHome(), 'sandbox.db')): Promise<Served> {
  const sandbox = await startSandbox(['--data', path]);
  onTestFinished(async () => void (await sandbox.stop('SIGKILL')));
  const token = await sandbox.token();
  const create = async () => {
    const { status, json } = await call(sandbox.url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
    return [status, String(json['id'])] as const;
  };
  return { path, sandbox, create };
}

/** What `sqlite3` prints, as a person runs it in a shell. */
async function sqlite3(path: string, sql: string): Promise<readonly string[]> {
  return (await run('sqlite3', ['-cmd', '.timeout 10000', path, sql])).stdout.trim().split('\n');
}

const idsIn = (path: string) => sqlite3(path, 'SELECT id FROM organization');

/** Creates, 8 at a time, until `isOver`; the ids by what was answered. */
async function createUntil(isOver: () => boolean, create: Served['create']): Promise<ReadonlyMap<number, readonly string[]>> {
  const answered = new Map<number, string[]>();
  const client = async () => {
    while (!isOver()) {
      const [status, id] = await create();
      answered.set(status, [...(answered.get(status) ?? []), id]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return answered;
}

/** Lets `sqlite3` read every 100 ms while there are creates, then kills the sandbox; what was answered, and what is in the file. */
async function readBeside({ path, sandbox, create }: Served) {
  let reads = 0;
  const answers = createUntil(() => reads >= 20, create);
  for (; reads < 20; reads += 1) {
    await idsIn(path);
    await sleep(100);
  }
  const answered = await answers;
  await sandbox.stop('SIGKILL');
  return { answered, found: new Set(await idsIn(path)) };
}

test('sqlite3 reads beside it: every create is acknowledged, and survives kill -9', {
  tags: ['sqlite3', 'node-sqlite'],
  timeout: 120_000,
}, async () => {
  const { answered, found } = await readBeside(await serve());
  const created = answered.get(201) ?? [];
  expect([[...answered.keys()], created.length > 100, created.filter((id) => !found.has(id))]).toEqual([[201], true, []]);
});

test('sqlite3 reads beside it: what was acknowledged survives kill -9, all else is refused', {
  tags: ['sqlite3', 'wasm-sqlite'],
  timeout: 120_000,
}, async () => {
  const served = await serve();
  const [, first] = await served.create();
  const { answered, found } = await readBeside(served);
  const created = [first, ...(answered.get(201) ?? [])];
  expect([[...answered.keys()].filter((status) => status !== 201), created.filter((id) => !found.has(id))]).toEqual([[503], []]);
  expect(served.sandbox.stderr().match(/^warning: .*$/gm)).toEqual([expect.stringContaining('another program has opened')]);
});

test('sqlite3 writes beside it, too, and nothing is lost', { tags: ['sqlite3', 'node-sqlite'], timeout: 120_000 }, async () => {
  const { path, sandbox, create } = await serve();
  let writes = 0;
  const answers = createUntil(() => writes >= 10, create);
  for (; writes < 10; writes += 1) await sqlite3(path, "UPDATE organization SET name = 'Renamed'; PRAGMA wal_checkpoint(TRUNCATE)");
  const answered = await answers;
  await sandbox.stop('SIGKILL');
  const found = new Set(await idsIn(path));
  expect([[...answered.keys()], answered.get(201)?.filter((id) => !found.has(id))]).toEqual([[201], []]);
});

test.each<[what: string, change: (path: string) => void, words: string]>([
  ['removed', (path) => rmSync(path), 'was removed'],
  ['moved away', (path) => renameSync(path, `${path}.old`), 'was removed'],
  ['replaced by another file', replaceByCopy, 'was replaced by another file'],
  ['left without its log', (path) => rmSync(`${path}-wal`), 'ended the log'],
])('a data file that is %s: nothing more is acknowledged, it is said once, and the end is a failure', async (_, change, words) => {
  const { path, sandbox, create } = await serve();
  expect((await create())[0]).toBe(201);
  change(path);
  expect([(await create())[0], (await create())[0]]).toEqual([503, 503]);
  const { status, json } = await call(sandbox.url, 'GET', '/_sandbox/health');
  expect([status, json['detail']]).toEqual([503, expect.stringContaining(words)]);
  expect(await sandbox.stop()).toBe(75);
  const said = sandbox
    .stderr()
    .split('\n')
    .filter((line) => line.includes(words));
  expect(said).toEqual([expect.stringMatching(/^warning: .*requests are answered with 503 now/), expect.stringMatching(/^error: /)]);
  expect(sandbox.stderr()).not.toContain('is kept in');
});

test('a data file that is removed is noticed although nobody asks for anything', async () => {
  const { path, sandbox } = await serve();
  rmSync(path);
  await expect.poll(sandbox.stderr, { timeout: 30_000 }).toContain('was removed');
});

test('a data file with two names is opened by neither', async () => {
  const path = join(newHome(), 'sandbox.db');
  const { sandbox } = await serve(path);
  const other = `${path}.link`;
  linkSync(path, other);
  const refused = async (name: string) => {
    const child = start(['sandbox', 'start', '--port', '0', '--data', name]);
    const [stderr] = await Promise.all([collect(child.stderr), collect(child.stdout)]);
    return stderr;
  };
  expect(await refused(other)).toContain('it has 2 names');
  expect(await sandbox.stop()).toBe(143);
  expect(await refused(path)).toContain('it has 2 names');
  expect(statSync(path).size).toBeGreaterThan(0);
});

test('no version of Node says anything of its own about the database', async () => {
  const { sandbox, create } = await serve();
  await create();
  await sandbox.stop();
  expect(sandbox.stderr()).not.toMatch(/ExperimentalWarning|\(node:\d+\)/);
});

function replaceByCopy(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}

test('a full disk is said once, as that, and the sandbox goes on when there is room', { tags: ['mounting'], timeout: 60_000 }, async () => {
  const folder = join(newHome(), 'disk');
  mkdirSync(folder, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  const { path, sandbox, create } = await serve(join(folder, 'sandbox.db'));
  writeFileSync(join(folder, 'filler'), Buffer.alloc((statfsSync(folder).bavail - 4) * 4096, 1));
  const full = new Set<number>();
  for (let count = 0; count < 20; count += 1) full.add((await create())[0]);
  rmSync(join(folder, 'filler'));
  const [status, id] = await create();
  const warnings = sandbox.stderr().match(/^warning: .*$/gm);
  expect([[...full].sort(), status, warnings]).toEqual([
    [201, 503],
    201,
    [expect.stringContaining('the disk is full, so nothing more is kept')],
  ]);
  expect(await sandbox.stop()).toBe(143);
  expect(sandbox.stderr()).toContain('its data is kept in');
  expect(await idsIn(path)).toContain(id);
});
