import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { peekJournal } from '../../src/apply/journal/journal.ts';
import { isRecord } from '../../src/record.ts';
import { environmentOf, FLOWKIWI, flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { type RecordingServer, recordingServer } from '../support/servers/recording-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { APPLY_STORM, STORM_TIME_MS } from './storm-size.ts';

const AT_ONCE = 16;

let sandbox: RunningSandbox;
let server: RecordingServer;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--latency', '10']);
  server = await recordingServer(sandbox.url);
  token = await sandbox.token();
});

// The state shows the latest thousand of each.
beforeEach(() => sandbox.control('reset', {}));

afterAll(async () => {
  server?.close();
  await sandbox?.stop();
});

const letters = (number: number) => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

/** A manifest of so many customers, whose names and handles begin with a word, and the command for it. */
function manifest(word: string, customers: number) {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-storm-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'c.csv');
  const rows = Array.from({ length: customers }, (_, index) => `${word} ${index},Main,${word}-${letters(index)}\n`);
  writeFileSync(path, `organization,instance,handle\n${rows.join('')}`);
  const home = newHome();
  const env = { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: token, FLOWKIWI_NO_INPUT: '1' };
  const args = ['apply', path, '--yes', '--first-run', '--json'];
  return {
    home,
    journal: join(directory, 'c.journal'),
    run: (...more: readonly string[]): Promise<Run> => flowkiwi([...args, ...more], { home, env }),
    start: (...more: readonly string[]): ChildProcess =>
      spawn(process.execPath, [FLOWKIWI, ...args, ...more], {
        env: { ...environmentOf(home), ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
  };
}

type Storm = ReturnType<typeof manifest>;

/** Resolves when the process has said so many lines, and a moment of at most `ms` has gone by; or when it has ended. */
async function moment(child: ChildProcess, lines: number, ms: number): Promise<void> {
  let seen = 0;
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      seen += String(chunk).split('\n').length - 1;
      if (seen >= lines) resolve();
    });
    child.once('close', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined;
  child.kill('SIGKILL');
  await closed;
}

/** The ids in the sandbox's own state, by the names of organizations and the handles of instances. */
async function stateOf(word: string): Promise<{ readonly organizations: Map<string, string[]>; readonly handles: readonly string[] }> {
  const headers = sandbox.secret === undefined ? {} : { authorization: `Bearer ${sandbox.secret}` };
  const state: unknown = await (await fetch(`${sandbox.url}/_sandbox/state`, { headers })).json();
  const organizations = new Map<string, string[]>();
  const handles: string[] = [];
  for (const one of list(isRecord(state) ? state['flowkiwi'] : undefined, 'organizations')) {
    const name = String(one['name']);
    if (!name.startsWith(`${word} `)) continue;
    organizations.set(name, [...(organizations.get(name) ?? []), String(one['id'])]);
    for (const instance of list(one, 'instances')) handles.push(String(instance['handle']));
  }
  return { organizations, handles };
}

function list(value: unknown, name: string): readonly Record<string, unknown>[] {
  const found = isRecord(value) ? value[name] : undefined;
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

const scope = () => ({ provider: 'flowkiwi', url: `${server.url}/`, instance_host: null, kind: 'flowkiwi' });

/** The keys of customers whose organization is unknown. */
function unknownIn({ journal }: Storm): readonly string[] {
  const known = peekJournal(journal, scope()).history.known({ reliesOnKeys: false });
  return [...known.keys()].filter((key) => known.of(key)?.organization === 'unknown');
}

async function expectOnce(word: string, customers: number): Promise<void> {
  const { organizations, handles } = await stateOf(word);
  expect([...organizations].filter(([, ids]) => ids.length > 1)).toEqual([]);
  expect([organizations.size, new Set(handles).size, handles.length]).toEqual([customers, customers, customers]);
}

test('killed at any moment, a run with idempotency keys makes each thing once', { timeout: STORM_TIME_MS }, async () => {
  const { customers, kills } = APPLY_STORM;
  await sandbox.control('switches', { switches: ['idempotencyKeys=on'] });
  const storm = manifest('keyed', customers);
  await flowkiwi(['profile', 'set', 'default', '--idempotency-keys', 'on'], { home: storm.home });
  for (let round = 0; round < kills; round += 1) {
    const child = storm.start();
    await moment(child, 2 + Math.random() * ((4 * customers) / kills), 30);
    await kill(child);
  }
  expect((await storm.run()).status).toBe(0);
  await expectOnce('keyed', customers);
});

test('without them each organization is made once, or named as unknown before', { timeout: STORM_TIME_MS }, async () => {
  const { customers, kills } = APPLY_STORM;
  await sandbox.control('switches', { switches: [] });
  const storm = manifest('bare', customers);
  let settled: readonly string[] = [];
  let neverLeft = 0;
  for (let round = 0; round <= kills; round += 1) {
    const child = storm.start(...settled);
    await moment(child, 2 + Math.random() * ((4 * customers) / kills), 30);
    await kill(child);
    const unknown = unknownIn(storm);
    expect(unknown.length).toBeLessThanOrEqual(AT_ONCE);
    neverLeft += unknown.filter((key) => !server.arrived.has(key)).length;
    // What a person finds on the website, when what had left has had its effect.
    await expect.poll(server.isIdle).toBe(true);
    const { organizations } = await stateOf('bare');
    settled = unknown.flatMap((key) => {
      const [id] = organizations.get(key) ?? [];
      return id === undefined ? ['--assume-absent', key] : ['--adopt', `${key}=${id}`];
    });
  }
  expect((await storm.run(...settled)).status).toBe(0);
  await expectOnce('bare', customers);
  expect(neverLeft).toBeLessThanOrEqual(Math.ceil(kills / 20));
});

test('under faults of the server each thing is made once', { timeout: STORM_TIME_MS }, async () => {
  const customers = APPLY_STORM.disturbed;
  const effects = ['429', '500', '503', '503-after', 'reset-before', 'reset-after', 'latency:3000', 'truncate'];
  await sandbox.control('switches', { switches: ['idempotencyKeys=on'] });
  await sandbox.control('faults', { rules: effects.map((effect) => `/api/*=${effect}@5%`) });
  const storm = manifest('fault', customers);
  await flowkiwi(['profile', 'set', 'default', '--idempotency-keys', 'on'], { home: storm.home });
  let last = await storm.run('--timeout', '1500ms', '--max-failures', '100%');
  for (let tries = 0; tries < 5 && last.status !== 0; tries += 1) last = await storm.run('--timeout', '1500ms', '--max-failures', '100%');
  await sandbox.control('faults', { rules: [] });
  expect(last.status).toBe(0);
  await expectOnce('fault', customers);
});

test('a run that is stopped, taken over and goes on makes nothing twice', { timeout: STORM_TIME_MS }, async () => {
  await sandbox.control('switches', { switches: [] });
  const { takeovers } = APPLY_STORM;
  const customers = 12;
  for (let round = 0; round < takeovers; round += 1) {
    if (round % 20 === 0) await sandbox.control('reset', {});
    const word = `zombie${letters(round)}`;
    const storm = manifest(word, customers);
    const zombie = storm.start();
    await moment(zombie, 2 + Math.random() * 3 * customers, 15);
    zombie.kill('SIGSTOP');
    // What another machine does when the lock was silent for too long.
    for (const name of readdirSync(storm.journal)) {
      if (name.startsWith('run.lock')) rmSync(join(storm.journal, name), { recursive: true });
    }
    const successor = storm.start();
    const closed = once(successor, 'close');
    await moment(successor, Math.random() * 20, 15);
    const ended = zombie.exitCode === null ? once(zombie, 'close') : undefined;
    zombie.kill('SIGCONT');
    await Promise.all([ended, closed]);
    const { organizations, handles } = await stateOf(word);
    expect([...organizations].filter(([, ids]) => ids.length > 1)).toEqual([]);
    expect(new Set(handles).size).toBe(handles.length);
    // All that is missing is named.
    const unknown = unknownIn(storm);
    expect(organizations.size).toBeGreaterThanOrEqual(customers - unknown.length);
  }
});

test('a signal lets what is under way finish, and the next run goes on', { timeout: STORM_TIME_MS }, async () => {
  const customers = 200;
  const storm = manifest('drain', customers);
  const child = storm.start('--concurrency', '4');
  await moment(child, 10, 0);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const [status] = await closed;
  expect([status, unknownIn(storm)]).toEqual([143, []]);
  expect((await storm.run()).status).toBe(0);
  await expectOnce('drain', customers);
});
