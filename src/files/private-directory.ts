import { accessSync, closeSync, constants, existsSync, fchownSync, fstatSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { SUPERUSER, userId } from './this-process.ts';
import { assertLeadsSomewhere, assertTrustedLinks } from './trusted-place.ts';

/**
 * Makes a directory, with its parents, that only its owner can enter (0700). One that exists is left unchanged. The superuser leaves a new
 * one to the owner of the folder around it. Throws `invalid` where a link leads nowhere, or one that somebody else has made elsewhere, and
 * file-system errors.
 */
export function makePrivateDirectory(path: string): void {
  assertTrustedLinks(path);
  make(path);
}

function make(path: string): void {
  const parent = dirname(path);
  // Node's own recursion never ends where a folder that exists takes no other (/proc).
  if (!existsSync(parent)) make(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
    if (userId() === SUPERUSER) giveToOwnerOf(parent, path);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) assertLeadsSomewhere(path);
    if (!hasErrorCode(error, 'EEXIST') || !statSync(path).isDirectory()) throw error;
  }
}

/** Who may write to the folder around it can have put something else in its place meanwhile: only an empty folder of the superuser is given away. */
function giveToOwnerOf(parent: string, path: string): void {
  const { uid, gid } = statSync(parent);
  if (uid === SUPERUSER) return;
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (fstatSync(folder).uid === SUPERUSER && readdirSync(path).length === 0) fchownSync(folder, uid, gid);
  } finally {
    closeSync(folder);
  }
}

/** Whether a directory that is not there could be made, with its parents. */
export function canBeMade(path: string): boolean {
  const parent = dirname(path);
  if (!existsSync(parent)) return parent !== path && canBeMade(parent);
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
    return statSync(parent).isDirectory();
  } catch {
    return false;
  }
}
