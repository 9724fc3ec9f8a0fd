import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import { takeLock } from '../../files/lock.ts';
import { userId } from '../../files/this-process.ts';
import { machineFault } from '../../machine-fault.ts';

/** An empty folder that only its owner can enter (0700), for as long as it is needed. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. Never throws. */
  readonly remove: () => Promise<void>;
}

const PREFIX = 'flowkiwi-exec-';
/** Held by the process that has made the folder, so that others see when that was killed. */
const LOCK = 'in-use.lock';
/** What is given to those who asked for a folder. */
const CONTENT = 'content';
/** A process that has not taken the lock for so long was killed before it could. */
const UNLOCKED_MS = 24 * 60 * 60 * 1_000;

/**
 * Makes a folder in the system's place for temporary files, and removes those there that processes of this user have left behind which
 * were killed. Throws `usage` when none can be made there.
 */
export async function makeTemporaryFolder(clock: Clock): Promise<TemporaryFolder> {
  const parent = tmpdir();
  const around = makeFolder(parent);
  const lock = await takeLock(join(around, LOCK), { waitMs: 0, clock });
  await removeAbandoned(parent, clock);
  const path = join(around, CONTENT);
  mkdirSync(path, { mode: 0o700 });
  return {
    path,
    remove: async () => {
      await lock?.release();
      remove(around);
    },
  };
}

/** What cannot be removed disturbs nobody, and the next run tries again. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A file in it is in use (Windows), or another process is removing the same.
  }
}

function makeFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, PREFIX));
  } catch (error) {
    const fault = machineFault(error);
    if (fault) throw fault;
    const reason = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CliError('usage', `there can be no temporary folder in ${parent}${reason}`, {
      hint: 'set TMPDIR (on Windows TEMP) to a folder that you can write to',
      cause: error,
    });
  }
}

/** Never throws. */
async function removeAbandoned(parent: string, clock: Clock): Promise<void> {
  for (const name of namesIn(parent)) {
    const path = join(parent, name);
    if (name.startsWith(PREFIX) && (await isAbandoned(path, clock))) remove(path);
  }
}

/** None in a folder that is closed to readers. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the process that has made a folder of this user's was killed: it holds the lock no more, and nobody else does. */
async function isAbandoned(path: string, clock: Clock): Promise<boolean> {
  try {
    const status = lstatSync(path);
    if (!status.isDirectory() || (userId() ?? status.uid) !== status.uid) return false;
    const lock = join(path, LOCK);
    if (!existsSync(lock) && clock.now() - status.mtimeMs < UNLOCKED_MS) return false;
    return (await takeLock(lock, { waitMs: 0, clock })) !== undefined;
  } catch {
    // Another process is removing it, too.
    return false;
  }
}
