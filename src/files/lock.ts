import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rmdir, stat, utimes } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../edges.ts';
import { hasErrorCode } from './file-error.ts';
import { isRunning, type ProcessName, thisProcess } from './this-process.ts';

/**
 * A lock between processes: the directory `path` exists while somebody holds it. Making a directory is atomic on every
 * file system, also on those that containers share. A holder on this system keeps it for as long as it runs, also while it is
 * stopped or the computer sleeps. A holder elsewhere shows that it lives by refreshing the modification time, and is taken for
 * dead when it stops. The lock of a dead one is removed under a second directory lock after another look, so that two waiters
 * never both remove and take it.
 */
export interface Lock {
  /** Gives the lock back, if it is still ours. Never throws. */
  readonly release: () => Promise<void>;
}

export interface LockOptions {
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const HEARTBEAT_MS = 1_000;
/** A lock without a heartbeat for this long belongs to nobody, unless its holder is seen to run. */
const ABANDONED_MS = 10_000;
/** How long to wait for a lock so as not to be stopped by one that nobody holds any more, whoever left it. */
export const RECOVERY_WAIT_MS = ABANDONED_MS + 2_000;

/** Takes the lock, or resolves to undefined when it cannot be had within `waitMs`. Rejects when the signal is aborted. */
export async function takeLock(path: string, { waitMs, clock, signal }: LockOptions): Promise<Lock | undefined> {
  const deadline = clock.now() + waitMs;
  let seen: Sighting | undefined;
  for (;;) {
    const lock = tryToTake(path);
    if (lock) return lock;
    const now = clock.now();
    const holder = await lookAt(path, now);
    // Whether it lives is asked anew each time: it can die before it gives another sign of life.
    seen = holder && seen?.mark === holder.mark ? { ...holder, since: seen.since } : holder;
    if (seen && isAbandoned(seen, now)) {
      const removed = await removeAbandoned(path, seen, clock);
      seen = undefined;
      if (removed) continue;
    }
    if (now >= deadline) return undefined;
    await clock.sleep(Math.min(10 + Math.random() * 30, Math.max(1, deadline - now)), signal);
  }
}

/** Whether somebody holds the lock who is seen to live, so that waiting until it counts as abandoned would be in vain. */
export async function isHeldByTheLiving(path: string, clock: Clock): Promise<boolean> {
  const holder = await lookAt(path, clock.now());
  return holder !== undefined && (holder.state === 'runs' || clock.now() - holder.beatAt < 2 * HEARTBEAT_MS);
}

/** Runs `work` under the lock. Resolves to undefined, without running it, when the lock cannot be had. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
  const lock = await takeLock(path, options);
  if (!lock) return undefined;
  try {
    return { value: await work() };
  } finally {
    await lock.release();
  }
}

/**
 * A lock without an owner is nobody's, but cannot be told from one that is being taken: a process that is killed in between leaves it for
 * `ABANDONED_MS`. So making the directory and naming the owner are one synchronous step, and so is removing both.
 */
function tryToTake(path: string): Lock | undefined {
  // Names this taking of the lock; nobody has to be unable to guess it, and loading the crypto module takes longer than all the rest.
  const nonce = `${thisProcess().pid} ${performance.now()} ${Math.random()}`;
  const owner = JSON.stringify({ ...thisProcess(), nonce });
  if (!makeDirectory(path)) return undefined;
  try {
    writeFileSync(join(path, 'owner'), owner, { mode: 0o600 });
  } catch (error) {
    removeQuietly(path);
    throw error;
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      if ((await readOwner(path))?.nonce === nonce) removeQuietly(path);
    },
  };
}

/** What a waiter saw of the holder: unchanged `mark` since `since` means no heartbeat, by the waiter's own clock. */
interface Sighting {
  readonly mark: string;
  readonly since: number;
  /** The last heartbeat, by the clock of the file system. */
  readonly beatAt: number;
  /** `unknown`: it says nothing of itself, or is out of sight on another system. */
  readonly state: 'runs' | 'dead' | 'unknown';
}

interface Owner extends ProcessName {
  readonly nonce: string;
}

async function lookAt(path: string, now: number): Promise<Sighting | undefined> {
  try {
    const { mtimeMs, ino } = await stat(path);
    const owner = await readOwner(path);
    return { mark: `${ino} ${mtimeMs} ${owner?.nonce}`, since: now, beatAt: mtimeMs, state: stateOf(owner, mtimeMs) };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || isBeingRemoved(error, platform())) return undefined;
    throw error;
  }
}

function stateOf(owner: Owner | undefined, beatAt: number): Sighting['state'] {
  if (owner?.system !== thisProcess().system) return 'unknown';
  return isRunning(owner, beatAt) ? 'runs' : 'dead';
}

function isAbandoned({ since, state }: Sighting, now: number): boolean {
  return state === 'dead' || (state === 'unknown' && now - since >= ABANDONED_MS);
}

/** Resolves to false when somebody else is at it. */
async function removeAbandoned(path: string, seen: Sighting, clock: Clock): Promise<boolean> {
  const guard = `${path}.recovery`;
  if (!makeDirectory(guard)) {
    // Its holder died while it recovered the lock; recovering takes milliseconds.
    const held = await stat(guard).catch(() => undefined);
    if (held && clock.now() - held.mtimeMs > ABANDONED_MS) await rmdir(guard).catch(() => undefined);
    return false;
  }
  try {
    const current = await lookAt(path, seen.since);
    if (current?.mark === seen.mark) remove(path);
    return true;
  } finally {
    await rmdir(guard).catch(() => undefined);
  }
}

/** Windows removes no file that a waiter is just reading, and a waiter reads for less than a millisecond. */
function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 });
}

function removeQuietly(path: string): void {
  try {
    remove(path);
  } catch {
    // It is abandoned when this process has ended.
  }
}

function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST') || isBeingRemoved(error, platform())) return false;
    throw error;
  }
}

/** Whether an error means that the directory is there for a moment yet: Windows says `EPERM` of one that is being removed. Pure. */
export function isBeingRemoved(error: unknown, system: NodeJS.Platform): boolean {
  return system === 'win32' && hasErrorCode(error, 'EPERM');
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(path, 'owner'), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('system' in owner) || !('nonce' in owner)) return undefined;
    const { pid, system, nonce } = owner;
    if (typeof pid !== 'number' || typeof system !== 'string' || typeof nonce !== 'string') return undefined;
    const started = 'started' in owner && typeof owner.started === 'string' ? owner.started : undefined;
    return { pid, system, started, nonce };
  } catch {
    return undefined;
  }
}
