import { constants, lutimesSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { lstat, lutimes, open, readdir } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../edges.ts';
import { hasErrorCode } from '../error-code.ts';
import { isBeingRemoved, OWNER_NAME, placeOf } from './lock-place.ts';
import { isRunning, type ProcessName, thisProcess } from './this-process.ts';

/**
 * A lock between processes: somebody holds it while the directory `path` has an owner in it. A directory with its owner is made aside and
 * moved to `path`, which every file system, also one that containers share, does at once and only where there is none or an empty one. A
 * lock is given up by removing its owner by name, so that nobody ever removes another's, however late he comes, and a process that is
 * killed at any moment leaves nothing that others have to wait for.
 * A holder on this system keeps it for as long as it runs, also while it is stopped or the computer sleeps. A holder elsewhere
 * shows that it lives by refreshing the modification time, and is taken for dead when it stops.
 * What is in the place of the lock and cannot be one, or is another user's, is left alone: the lock is then beside it. All processes see the
 * same there, so they agree on the place.
 */
export interface Lock {
  /** Gives the lock back, if it is still ours. Never throws. */
  readonly release: () => Promise<void>;
  /**
   * Whether nobody can have taken the holder for dead: its last sign of life is not old. Where it is, as after the process was stopped, one more
   * is given now, which shows whether the lock is still ours. Never throws.
   */
  readonly isSure: () => boolean;
}

export interface LockOptions {
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** For how long a holder that is out of sight may be silent before it counts as dead; 10 s when absent. The same for all who take the lock. */
  readonly abandonedMs?: number | undefined;
}

const HEARTBEAT_MS = 1_000;
/** A lock without a heartbeat for this long belongs to nobody, unless its holder is seen to run. */
const ABANDONED_MS = 10_000;
/** A process that is known by its number alone, and has been silent for this long, may be another one that has the number now. */
const NUMBER_GOOD_MS = 600_000;
/** How long to wait for a lock so as not to be stopped by one that nobody holds any more. */
export const RECOVERY_WAIT_MS = ABANDONED_MS + 2_000;

/** Far longer than what a holder says of itself. */
const OWNER_BYTES = 4_096;

/**
 * Takes the lock, or resolves to undefined when it cannot be had within `waitMs`. Rejects when the signal is aborted, with `invalid` when
 * others are in the way of it, and with file-system errors.
 */
export async function takeLock(path: string, options: LockOptions): Promise<Lock | undefined> {
  const { waitMs, clock, signal, abandonedMs = ABANDONED_MS } = options;
  let waitedMs = 0;
  let seen: Sighting | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const place = placeOf(path);
    const lock = tryToTake(place, abandonedMs);
    if (lock) return lock;
    const now = clock.now();
    const holder = await lookAt(place, now, waitedMs);
    // Whether it lives is asked again each time: it can die before it gives another sign of life.
    seen = holder && seen?.mark === holder.mark ? { ...holder, since: seen.since } : holder;
    if (seen && isAbandoned(seen, waitedMs, abandonedMs) && removeOwner(place, seen.owner)) {
      seen = undefined;
      continue;
    }
    if (waitedMs >= waitMs) return undefined;
    await clock.sleep(Math.min(10 + Math.random() * 30, Math.max(1, waitMs - waitedMs)), signal);
    // While the computer slept, the holder's heart stood still as well; and a clock that is set is not time that passes.
    waitedMs += Math.min(Math.max(clock.now() - now, 0), HEARTBEAT_MS);
  }
}

/** Whether somebody holds the lock who is seen to live, so that waiting until it counts as abandoned would be in vain. */
export async function isHeldByTheLiving(path: string, clock: Clock): Promise<boolean> {
  const holder = await lookAt(placeOf(path), clock.now(), 0);
  return holder !== undefined && (holder.state === 'runs' || clock.now() - holder.beatAt < 2 * HEARTBEAT_MS);
}

/** Who holds a lock, for messages. */
export interface LockHolder {
  /** Undefined where it says nothing of itself. */
  readonly pid: number | undefined;
  readonly host: string | undefined;
  /** Whether it runs on this machine, where it can be seen. */
  readonly isSeen: boolean;
  /** Milliseconds since its last sign of life, by its own clock: for messages. */
  readonly silentMs: number;
  /** Another text after each sign of life. */
  readonly sign: string;
}

/** Who holds the lock; undefined when nobody does, or when who did is seen to be dead. Throws file-system errors. */
export async function lockHolder(path: string, clock: Clock): Promise<LockHolder | undefined> {
  const place = placeOf(path);
  const now = clock.now();
  const holder = await lookAt(place, now, 0);
  if (holder === undefined || holder.state === 'dead') return undefined;
  const process = await readProcess(join(place, holder.owner));
  return {
    pid: process?.pid,
    host: process?.system.split(' ')[0],
    isSeen: holder.state === 'runs',
    silentMs: Math.max(0, now - holder.beatAt),
    sign: holder.mark,
  };
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

/** Whether a process that was killed while it took a lock may have left this; for those who tidy up the folder. */
export function isLeftAside(name: string): boolean {
  return /\.lock(-\d+)?\.aside-[\w-]+$/.test(name);
}

/** Removes that, if there is nothing else in it. Never throws. */
export function removeAside(path: string): void {
  try {
    for (const name of readdirSync(path)) if (OWNER_NAME.test(name)) unlinkSync(join(path, name));
    rmdirSync(path);
  } catch {
    // It is something else, or was moved to its place.
  }
}

function tryToTake(path: string, abandonedMs: number): Lock | undefined {
  if (isHeld(path)) return undefined;
  // Names this taking of the lock. It is not a secret, and loading the crypto module takes longer than all the rest.
  const { pid } = thisProcess();
  const nonce = `${pid}-${Date.now()}-${Math.random().toString().slice(2)}`;
  const [owner, aside] = [`owner-${nonce}`, `${path}.aside-${nonce}`];
  mkdirSync(aside, { mode: 0o700 });
  let isTaken = false;
  try {
    writeFileSync(join(aside, owner), JSON.stringify(thisProcess()), { mode: 0o600, flag: 'wx' });
    isTaken = move(aside, path);
  } finally {
    if (!isTaken) removeAside(aside);
  }
  if (!isTaken) return undefined;
  let beatAt = performance.now();
  const heartbeat = setInterval(() => {
    const [now, begun] = [new Date(), performance.now()];
    const beat = () => {
      beatAt = begun;
    };
    lutimes(join(path, owner), now, now).then(beat, () => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    isSure: () => {
      const begun = performance.now();
      if (begun - beatAt < abandonedMs / 2) return true;
      try {
        const now = new Date();
        lutimesSync(join(path, owner), now, now);
        beatAt = begun;
        return true;
      } catch {
        return false;
      }
    },
    release: async () => {
      clearInterval(heartbeat);
      removeOwner(path, owner);
    },
  };
}

function isHeld(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || isBeingRemoved(error, platform())) return false;
    throw error;
  }
}

/** False when there is something by now. */
function move(aside: string, path: string): boolean {
  // Windows moves nothing to where an empty directory is.
  removeEmpty(path);
  try {
    renameSync(aside, path);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR') || isBeingRemoved(error, platform())) return false;
    throw error;
  }
}

/** Ends this very holder's hold; false when that cannot be done, or somebody was quicker. Never throws. */
function removeOwner(path: string, owner: string): boolean {
  try {
    unlinkSync(join(path, owner));
  } catch {
    return false;
  }
  removeEmpty(path);
  return true;
}

/** Another may have it by now, or may have removed it. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is not empty, or not there.
  }
}

/** What a waiter saw of the holder: an unchanged `mark` means no heartbeat. */
interface Sighting {
  /** Name of the file in the lock. */
  readonly owner: string;
  readonly mark: string;
  /** How long the waiter had waited when it first saw this mark, in milliseconds. */
  readonly since: number;
  /** The last heartbeat, by the clock of the file system. */
  readonly beatAt: number;
  /** `unknown`: it says nothing of itself, is out of sight on another system, or may have left its number to another process. */
  readonly state: 'runs' | 'dead' | 'unknown';
}

/** Undefined when nobody holds it. */
async function lookAt(path: string, now: number, since: number): Promise<Sighting | undefined> {
  try {
    const [owner] = await readdir(path);
    if (owner === undefined) return undefined;
    const { mtimeMs, ino } = await lstat(join(path, owner));
    const process = await readProcess(join(path, owner));
    return { owner, mark: `${owner} ${ino} ${mtimeMs}`, since, beatAt: mtimeMs, state: stateOf(process, mtimeMs, now) };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || isBeingRemoved(error, platform())) return undefined;
    throw error;
  }
}

function stateOf(process: ProcessName | undefined, beatAt: number, now: number): Sighting['state'] {
  if (process?.system !== thisProcess().system) return 'unknown';
  if (!isRunning(process, beatAt)) return 'dead';
  return process.started === undefined && now - beatAt > NUMBER_GOOD_MS ? 'unknown' : 'runs';
}

function isAbandoned({ since, state }: Sighting, waitedMs: number, abandonedMs: number): boolean {
  return state === 'dead' || (state === 'unknown' && waitedMs - since >= abandonedMs);
}

async function readProcess(path: string): Promise<ProcessName | undefined> {
  try {
    const content: unknown = JSON.parse(await readOwner(path));
    if (typeof content !== 'object' || content === null || !('pid' in content) || !('system' in content)) return undefined;
    const { pid, system } = content;
    if (typeof pid !== 'number' || typeof system !== 'string') return undefined;
    return { pid, system, started: 'started' in content && typeof content.started === 'string' ? content.started : undefined };
  } catch {
    return undefined;
  }
}

/** No link, no pipe that nobody writes to, nothing without an end. */
async function readOwner(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(OWNER_BYTES) });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
