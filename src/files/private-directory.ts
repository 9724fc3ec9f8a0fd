import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { assertTrustedLinks } from './trusted-place.ts';

/**
 * Makes a directory, with its parents, that only its owner can enter (0700). One that exists is left unchanged. Throws `invalid` where a link
 * that somebody else has made leads elsewhere, and file-system errors.
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
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST') || !statSync(path).isDirectory()) throw error;
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
