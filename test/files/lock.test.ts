import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../src/edges.ts';
import { isHeldByTheLiving, isLeftAside, lockHolder, RECOVERY_WAIT_MS, takeLock, withLock } from '../../src/files/lock.ts';
import { isBeingRemoved } from '../../src/files/lock-place.ts';
import { thisProcess } from '../../src/files/this-process.ts';
import { moveAway } from '../../src/hint.ts';
import { bundle, type Program } from '../support/bundle.ts';
import { leapingClock, realClock } from '../support/clocks.ts';

let worker: Program;

beforeAll(async () => {
  worker = await bundle(join(import.meta.dirname, 'lock-process.ts'));
});

afterAll(() => worker.remove());

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'count'), '0');
  return folder;
}

/** A process that holds the lock. */
async function holderOf(folder: string): Promise<ChildProcess> {
  const holder = spawn(process.execPath, [worker.path, folder, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder;
}

/** A lock that a process took and was killed with. */
async function abandonedLock(folder: string): Promise<string> {
  const holder = await holderOf(folder);
  const ended = once(holder, 'close');
  holder.kill('SIGKILL');
  await ended;
  return join(folder, 'lock');
}

/** A lock that names this owner. */
function lockOf(folder: string, owner: Readonly<Record<string, unknown>>): string {
  const path = join(folder, 'lock');
  mkdirSync(path);
  writeFileSync(join(path, 'owner-1'), JSON.stringify(owner));
  return path;
}

/** The file by which the holder of a lock names itself. */
function ownerOf(path: string): string {
  const [owner = ''] = readdirSync(path);
  return join(path, owner);
}

/** A lock whose holder runs on a machine that we know nothing about. */
function foreignLock(folder: string): string {
  return lockOf(folder, { pid: 1, system: 'elsewhere' });
}

/** What waits no longer was given the lock because its holder is dead: a silent one is waited for for 10 seconds. */
const LESS_THAN_SILENCE_MS = 9_000;

const PROCESSES = Array.from({ length: 8 }, () => '25');

describe('among processes', () => {
  test('one at a time, and nobody is left out', async () => {
    const folder = newFolder();
    await Promise.all(PROCESSES.map((rounds) => worker.run(folder, rounds)));
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('200');
    expect(readdirSync(folder)).toEqual(['count']);
  });

  test('one at a time also when all of them find the lock of a process that was killed', async () => {
    const folder = newFolder();
    await abandonedLock(folder);
    await Promise.all(PROCESSES.map((rounds) => worker.run(folder, rounds)));
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('200');
    expect(readdirSync(folder)).toEqual(['count']);
  });
});

describe('a lock that is held', () => {
  test('by a living process is not to be had, and is when it is released', async () => {
    const path = join(newFolder(), 'lock');
    const first = await takeLock(path, { waitMs: 0, clock: realClock });
    expect(await takeLock(path, { waitMs: 50, clock: realClock })).toBeUndefined();
    expect(await withLock(path, { waitMs: 50, clock: realClock }, () => Promise.reject(new Error('must not run')))).toBeUndefined();
    const waiting = takeLock(path, { waitMs: 10_000, clock: realClock });
    await first?.release();
    const second = await waiting;
    expect(second).toBeDefined();
    await second?.release();
    expect(existsSync(path)).toBe(false);
  });

  test('by a killed process is had at once: long before a silent one would be', async () => {
    const path = await abandonedLock(newFolder());
    const lock = await takeLock(path, { waitMs: LESS_THAN_SILENCE_MS, clock: realClock });
    expect(lock).toBeDefined();
    await lock?.release();
  });

  test('by a process that is killed while others wait, before it gave another sign of life, is had at once', async () => {
    const folder = newFolder();
    const holder = await holderOf(folder);
    holder.kill('SIGSTOP');
    let looks = 0;
    const sleep = (milliseconds: number) => {
      looks += 1;
      return realClock.sleep(milliseconds);
    };
    const waiting = takeLock(join(folder, 'lock'), { waitMs: LESS_THAN_SILENCE_MS, clock: { ...realClock, sleep } });
    await expect.poll(() => looks).toBeGreaterThan(1);
    holder.kill('SIGKILL');
    const lock = await waiting;
    expect(lock).toBeDefined();
    await lock?.release();
  });

  test('by a process that is stopped, as by a computer that sleeps, is not to be had for as long as it runs', async () => {
    const folder = newFolder();
    const holder = await holderOf(folder);
    holder.kill('SIGSTOP');
    const path = join(folder, 'lock');
    expect(await takeLock(path, { waitMs: 60_000, clock: leapingClock() })).toBeUndefined();
    utimesSync(ownerOf(path), 1, 1);
    expect(await isHeldByTheLiving(path, realClock)).toBe(true);
    const ended = once(holder, 'close');
    holder.kill('SIGKILL');
    await ended;
    expect(await isHeldByTheLiving(path, realClock)).toBe(false);
    expect(await takeLock(path, { waitMs: LESS_THAN_SILENCE_MS, clock: realClock })).toBeDefined();
  });

  test('by a killed process that its parent does not reap is had at once', { tags: ['linux'] }, async () => {
    const folder = newFolder();
    // The shell becomes a program that never waits for its children.
    const script = '"$0" "$1" "$2" hold & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script, process.execPath, worker.path, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    let said = '';
    parent.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await expect.poll(() => said).toMatch(/^held$/m);
    const pid = Number(/^\d+$/m.exec(said)?.[0]);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
    const lock = await takeLock(join(folder, 'lock'), { waitMs: LESS_THAN_SILENCE_MS, clock: realClock });
    expect(lock).toBeDefined();
    await lock?.release();
  });

  test('by a process whose number another one has now is had at once', { tags: ['linux'] }, async () => {
    const path = lockOf(newFolder(), { ...thisProcess(), started: '1' });
    const lock = await takeLock(path, { waitMs: 0, clock: realClock });
    expect(lock).toBeDefined();
    await lock?.release();
  });

  test.each([
    ['before the system was started is had at once', 0, true],
    ['since the system was started is not', Date.now(), false],
    ['so long ago that another one may have the number is', Date.now() - 660_000, true],
  ])('by a process that is known by its number alone, and was last seen %s', async (_, seenAt, isHad) => {
    const { pid, system } = thisProcess();
    const path = lockOf(newFolder(), { pid, system });
    utimesSync(ownerOf(path), seenAt / 1_000, seenAt / 1_000);
    const lock = await takeLock(path, { waitMs: 60_000, clock: leapingClock(Date.now()) });
    expect(lock !== undefined).toBe(isHad);
    await lock?.release();
  });

  test('elsewhere, without a heartbeat, is given up after 10 s', async () => {
    const path = foreignLock(newFolder());
    expect(await takeLock(path, { waitMs: 12_000, clock: leapingClock(), abandonedMs: 60_000 })).toBeUndefined();
    expect(await takeLock(path, { waitMs: 9_000, clock: leapingClock() })).toBeUndefined();
    expect(await takeLock(path, { waitMs: 11_000, clock: leapingClock() })).toBeDefined();
  });

  test.each([
    ['the computer sleeps for hours', 3_600_000],
    ['the clock is set back', -3_600_000],
  ])('elsewhere, without a heartbeat, is not given up because %s: that is not waiting', async (_, leapMs) => {
    const path = foreignLock(newFolder());
    const clock = leapingClock();
    let leaps = 0;
    const leaping: Clock = {
      now: () => clock.now() + leaps * leapMs,
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds);
        leaps = 1;
      },
    };
    expect(await takeLock(path, { waitMs: 9_000, clock: leaping })).toBeUndefined();
    expect(clock.sleeps.length).toBeGreaterThan(100);
  });

  test('elsewhere, with a heartbeat, is not', async () => {
    const path = foreignLock(newFolder());
    const clock = leapingClock();
    let beats = 0;
    const beating: Clock = {
      now: clock.now,
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds);
        beats += 1;
        utimesSync(ownerOf(path), beats, beats);
      },
    };
    expect(await takeLock(path, { waitMs: 60_000, clock: beating })).toBeUndefined();
    expect(beats).toBeGreaterThan(10);
  });

  test('by nobody, because its holder was killed while it gave it back, is had at once', async () => {
    const path = join(newFolder(), 'lock');
    mkdirSync(path);
    const lock = await takeLock(path, { waitMs: 0, clock: realClock });
    expect(lock).toBeDefined();
    await lock?.release();
    expect(existsSync(path)).toBe(false);
  });

  test('by an owner who cannot be read is given up after 10 s', async () => {
    const path = join(newFolder(), 'lock');
    mkdirSync(path);
    writeFileSync(join(path, 'owner-1'), '');
    expect(await takeLock(path, { waitMs: 9_000, clock: leapingClock() })).toBeUndefined();
    const lock = await takeLock(path, { waitMs: RECOVERY_WAIT_MS, clock: leapingClock() });
    expect(JSON.parse(readFileSync(ownerOf(path), 'utf8'))).toEqual(thisProcess());
    await lock?.release();
  });

  test('keeps its heart beating', async () => {
    const path = join(newFolder(), 'lock');
    const lock = await takeLock(path, { waitMs: 0, clock: realClock });
    utimesSync(ownerOf(path), 1, 1);
    await expect.poll(() => statSync(ownerOf(path)).mtimeMs).toBeGreaterThan(1_000);
    await lock?.release();
  });
});

describe('what is in the place of a lock and is none', () => {
  test.each<[what: string, put: (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'notes')],
    ['a link to a folder with what looks like an owner in it', (path) => symlinkSync(folderWith('owner-1'), path)],
    ['a link that leads nowhere', (path) => symlinkSync(join(newFolder(), 'missing'), path)],
    ['a folder with another in it', (path) => mkdirSync(join(path, 'owner-1'), { recursive: true })],
    ['a folder with a file that is not an owner', (path) => renameSync(folderWith('notes'), path)],
    ['a folder with a pipe, which nobody writes to', (path) => execFileSync('sh', ['-c', 'mkdir "$1" && mkfifo "$1/owner-1"', '-', path])],
  ])('%s is left alone, and the lock is beside it', async (_what, put) => {
    const folder = newFolder();
    const path = join(folder, 'lock');
    put(path);
    const [status, before] = [lstatSync(path), readdirSync(folder)];
    const lock = await takeLock(path, { waitMs: 0, clock: realClock });
    expect(lock).toBeDefined();
    expect(await takeLock(path, { waitMs: 0, clock: realClock })).toBeUndefined();
    await lock?.release();
    expect([lstatSync(path).ino, lstatSync(path).mtimeMs, readdirSync(folder)]).toEqual([status.ino, status.mtimeMs, before]);
  });

  test('in a thousand places: an error that says what to do', async () => {
    const path = join(newFolder(), 'lock');
    for (const place of [path, ...Array.from({ length: 999 }, (_, number) => `${path}-${number + 2}`)]) writeFileSync(place, '');
    await expect(takeLock(path, { waitMs: 0, clock: realClock })).rejects.toMatchObject({
      code: 'invalid',
      hint: moveAway(path),
    });
  });
});

function folderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-lock-'));
  writeFileSync(join(folder, name), '');
  return folder;
}

test('taking a lock that is held leaves nothing aside', async () => {
  const folder = newFolder();
  foreignLock(folder);
  expect(await takeLock(join(folder, 'lock'), { waitMs: 50, clock: realClock })).toBeUndefined();
  expect(readdirSync(folder).sort()).toEqual(['count', 'lock']);
});

test.each([
  ['config.json.lock.aside-4711-1790000000000-123', true],
  ['refresh-default.lock-2.aside-4711-1790000000000-123', true],
  ['config.json.lock', false],
  ['config.json', false],
  ['credentials.json.tmp-1790000000abcdef', false],
])('%s was left aside by a killed process: %s', (name, expected) => {
  expect(isLeftAside(name)).toBe(expected);
});

describe('releasing', () => {
  test('gives back only what is ours', async () => {
    const folder = newFolder();
    const lock = await takeLock(join(folder, 'lock'), { waitMs: 0, clock: realClock });
    rmSync(join(folder, 'lock'), { recursive: true });
    const path = foreignLock(folder);
    await lock?.release();
    expect(JSON.parse(readFileSync(ownerOf(path), 'utf8'))).toEqual({ pid: 1, system: 'elsewhere' });
  });

  test('happens also when the work fails', async () => {
    const path = join(newFolder(), 'lock');
    await expect(withLock(path, { waitMs: 0, clock: realClock }, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(existsSync(path)).toBe(false);
  });
});

test.each([
  ['EPERM', 'win32', true],
  ['EBUSY', 'win32', true],
  ['EPERM', 'linux', false],
  ['EACCES', 'win32', false],
] as const)('%s on %s means that the directory is just being removed: %s', (code, system, expected) => {
  expect(isBeingRemoved(Object.assign(new Error('no'), { code }), system)).toBe(expected);
});

test('waiting ends with the signal', async () => {
  const path = foreignLock(newFolder());
  const controller = new AbortController();
  const waiting = takeLock(path, { waitMs: 60_000, clock: realClock, signal: controller.signal });
  controller.abort(new Error('stop'));
  await expect(waiting).rejects.toThrow('stop');
});

test('where no lock can be made, the reason is told', async () => {
  await expect(takeLock(join(newFolder(), 'no', 'folder'), { waitMs: 1_000, clock: realClock })).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('who holds it', () => {
  test('is sure of it until somebody else has taken it', async () => {
    const path = join(newFolder(), 'lock');
    const lock = await takeLock(path, { waitMs: 0, clock: realClock, abandonedMs: 0 });
    expect(lock?.isSure()).toBe(true);
    rmSync(path, { recursive: true });
    const other = await takeLock(path, { waitMs: 0, clock: realClock });
    expect([lock?.isSure(), other?.isSure()]).toEqual([false, true]);
    await other?.release();
  });

  test('is named to those who ask', async () => {
    const folder = newFolder();
    expect(await lockHolder(join(folder, 'lock'), realClock)).toBeUndefined();
    const holder = await holderOf(folder);
    expect(await lockHolder(join(folder, 'lock'), realClock)).toMatchObject({ pid: holder.pid, host: hostname(), isSeen: true });
    const ended = once(holder, 'close');
    holder.kill('SIGKILL');
    await ended;
    expect(await lockHolder(join(folder, 'lock'), realClock)).toBeUndefined();
  });
});
