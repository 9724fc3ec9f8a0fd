import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { SUPERUSER, userId } from './this-process.ts';
import { assertLeadsSomewhere } from './trusted-place.ts';

// Files that their owner alone can read. Each is written to the side, under a name that nobody can know, and only if nothing is there: a link
// that somebody has put there is not followed. Then it is moved to its place, where a link is not followed either.

/** What file systems without hard links answer. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes a file that its owner alone can read (0600), whole from its first moment, with its folder if need be. `false` when something is there
 * already, which stays unchanged. Throws the file-system error.
 */
export function createPrivateFile(path: string, content: string): boolean {
  return placed(path, content, (written) => {
    try {
      linkSync(written, path);
      return true;
    } catch (error) {
      if (hasErrorCode(error, 'EEXIST')) return false;
      if (!hasErrorCode(error, ...NO_LINKS)) throw error;
      renameSync(written, path);
      return true;
    }
  });
}

/**
 * The same in the place of what is there, or of what a link there leads to. The superuser leaves it to the owner that it had. Throws
 * `invalid` for a link that leads nowhere, and the file-system error.
 */
export function replacePrivateFile(path: string, content: string): void {
  const target = targetOf(path);
  placed(target, content, (written) => moveOver(written, target));
}

/** Makes sure that there is room on the disk for so many bytes more. Throws the file-system error. */
export function assertRoom(path: string, bytes: number): void {
  placed(targetOf(path), Buffer.alloc(bytes), () => undefined);
}

/** Removes a file that was not moved to its place, if it is one. Never throws. */
export function removeTemporary(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It has been moved, or it is something else.
  }
}

/** What a link leads to. Throws `invalid` for one that leads nowhere. */
function targetOf(path: string): string {
  assertLeadsSomewhere(path);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Writes the content beside the path, and lets `place` put it there; nothing is left beside it. */
function placed<T>(path: string, content: string | Uint8Array, place: (written: string) => T): T {
  const written = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  makePrivateDirectory(dirname(path));
  const descriptor = openSync(written, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, content);
      keepOwner(descriptor, path);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return place(written);
  } finally {
    removeTemporary(written);
  }
}

/** The superuser leaves a file to who had it, and a new one to the owner of its folder, who could not read it otherwise. */
function keepOwner(descriptor: number, path: string): void {
  if (userId() !== SUPERUSER) return;
  const { uid, gid } = lstatSync(path, { throwIfNoEntry: false }) ?? statSync(dirname(path));
  if (uid !== SUPERUSER) fchownSync(descriptor, uid, gid);
}

const MOVES = 20;
const BETWEEN_MOVES_MS = 50;

/** Windows moves nothing to where a file is that somebody has open just now, such as another process of ours that reads it. */
function moveOver(from: string, to: string): void {
  for (let move = 1; ; move += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (platform() !== 'win32' || move === MOVES || !hasErrorCode(error, 'EPERM', 'EACCES', 'EBUSY')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_MOVES_MS);
    }
  }
}
