import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';

/** Makes a directory, with its parents, that only its owner can enter (0700). One that exists is left as it is. */
export function makePrivateDirectory(path: string): void {
  const parent = dirname(path);
  // Node's own recursion never ends where a folder that exists takes no other (/proc).
  if (!existsSync(parent)) makePrivateDirectory(parent);
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

/**
 * Closes a file that others can read (any bit of 0077), and tells whether it had been open. Windows has no such modes.
 * Throws the file-system error when it may not be changed.
 */
export function closeToOthers(path: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return false;
  const status = statSync(path);
  if (!status.isFile() || (status.mode & 0o077) === 0) return false;
  chmodSync(path, 0o600);
  return true;
}
