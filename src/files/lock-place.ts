import { lstatSync, readdirSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { moveAway } from '../hint.ts';
import { isShared, isTrusted } from './trusted-place.ts';

/** The name of the file in a lock in which its holder names itself. */
export const OWNER_NAME = /^owner-[\w-]+$/;

/** How many places are tried. */
const PLACES = 1_000;

/**
 * The directory that is the lock, or can be: `path`, or where something else is in the way there, `path-2` and so on. What is in the way is
 * left alone. All processes see the same there, so they agree on the place, as long as nobody else can change what is there: where others
 * can, it throws `invalid`, and so it does when there is no place left. Throws file-system errors.
 */
export function placeOf(path: string): string {
  for (let number = 1; number <= PLACES; number += 1) {
    const place = number === 1 ? path : `${path}-${number}`;
    const obstacle = obstacleAt(place);
    if (obstacle === undefined) return place;
    if (obstacle === 'of others' && isShared(dirname(place))) {
      throw new CliError('invalid', `${place} belongs to another user, and is where a lock has to be`, {
        hint: 'have it removed, or choose a folder that no other user can write to',
      });
    }
  }
  throw new CliError('invalid', `${path} and all places beside it are taken by something else`, { hint: moveAway(path) });
}

/** What is there and cannot be a lock of ours. */
function obstacleAt(place: string): 'of others' | 'of ours' | undefined {
  const folder = dirname(place);
  try {
    const status = lstatSync(place, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    if (!isTrusted(status, folder)) return 'of others';
    return status.isDirectory() && readdirSync(place).every((name) => isOwner(place, name, folder)) ? undefined : 'of ours';
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || isBeingRemoved(error, platform())) return undefined;
    throw error;
  }
}

/** Also true of one that has gone by now. */
function isOwner(place: string, name: string, folder: string): boolean {
  const status = lstatSync(join(place, name), { throwIfNoEntry: false });
  return status === undefined || (OWNER_NAME.test(name) && status.isFile() && isTrusted(status, folder));
}

/**
 * Whether an error means that the directory is there for a moment yet: Windows says `EPERM` of one that is being removed, and `EBUSY` of one
 * that a program has open, such as a virus scanner. Pure.
 */
export function isBeingRemoved(error: unknown, system: NodeJS.Platform): boolean {
  return system === 'win32' && hasErrorCode(error, 'EPERM', 'EBUSY');
}
