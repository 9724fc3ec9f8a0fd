import { mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../edges.ts';
import { hasErrorCode } from './file-error.ts';
import { isProcessAlive, thisProcess } from './this-process.ts';

/**
 * A lock between processes: the directory `path` exists while somebody holds it. Making a directory is atomic on every
 * file system, also on those that containers share. Its holder refreshes its modification time; a holder that stopped
 * doing so is dead, and its lock is removed under a second directory lock after another look, so that two waiters never
 * both remove and take it.
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
/** A lock without a heartbeat for this long belongs to nobody, wherever its holder ran. */
const ABANDONED_MS = 10_000;

/** Takes the lock, or resolves to undefined when it cannot be had within `waitMs`. Rejects when the signal is aborted. */
export async function takeLock(path: string, { waitMs, clock, signal }: LockOptions): Promise<Lock | undefined> {
  const deadline = clock.now() + waitMs;
  let seen: Sighting | undefined;
  for (;;) {
    const lock = await tryToTake(path);
    if (lock) return lock;
    const now = clock.now();
    const holder = await lookAt(path, now);
    seen = holder && seen?.mark === holder.mark ? seen : holder;
    if (seen && isAbandoned(seen, now)) {
      const removed = await removeAbandoned(path, seen);
      seen = undefined;
      if (removed) continue;
    }
    if (now >= deadline) return undefined;
    await clock.sleep(Math.min(10 + Math.random() * 30, Math.max(1, deadline - now)), signal);
  }
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

async function tryToTake(path: string): Promise<Lock | undefined> {
  if (!(await makeDirectory(path))) return undefined;
  // Names this taking of the lock; nobody has to be unable to guess it, and loading the crypto module takes longer than all the rest.
  const nonce = `${thisProcess().pid} ${performance.now()} ${Math.random()}`;
  try {
    await writeFile(join(path, 'owner'), JSON.stringify({ ...thisProcess(), nonce }), { mode: 0o600 });
  } catch (error) {
    await rm(path, { recursive: true, force: true });
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
      const owner = await readOwner(path);
      if (owner?.nonce === nonce) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** What a waiter saw of the holder: unchanged `mark` since `since` means no heartbeat, by the waiter's own clock. */
interface Sighting {
  readonly mark: string;
  readonly since: number;
  readonly holderIsDead: boolean;
}

interface Owner {
  readonly pid: number;
  readonly system: string;
  readonly nonce: string;
}

async function lookAt(path: string, now: number): Promise<Sighting | undefined> {
  try {
    const { mtimeMs, ino } = await stat(path);
    const owner = await readOwner(path);
    const holderIsDead = owner !== undefined && owner.system === thisProcess().system && !isProcessAlive(owner.pid);
    return { mark: `${ino} ${mtimeMs} ${owner?.nonce}`, since: now, holderIsDead };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAbandoned({ since, holderIsDead }: Sighting, now: number): boolean {
  return holderIsDead || now - since >= ABANDONED_MS;
}

/** Resolves to false when somebody else is at it. */
async function removeAbandoned(path: string, seen: Sighting): Promise<boolean> {
  const guard = `${path}.recovery`;
  if (!(await makeDirectory(guard))) {
    // Its holder died while it recovered the lock; recovering takes milliseconds.
    const held = await stat(guard).catch(() => undefined);
    if (held && Date.now() - held.mtimeMs > ABANDONED_MS) await rmdir(guard).catch(() => undefined);
    return false;
  }
  try {
    const current = await lookAt(path, seen.since);
    if (current?.mark === seen.mark) await rm(path, { recursive: true, force: true });
    return true;
  } finally {
    await rmdir(guard).catch(() => undefined);
  }
}

async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(path, 'owner'), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('system' in owner) || !('nonce' in owner)) return undefined;
    const { pid, system, nonce } = owner;
    return typeof pid === 'number' && typeof system === 'string' && typeof nonce === 'string' ? { pid, system, nonce } : undefined;
  } catch {
    return undefined;
  }
}
