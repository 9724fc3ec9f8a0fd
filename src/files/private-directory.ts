import { chmodSync, mkdirSync, statSync } from 'node:fs';

/** Makes a directory, with its parents, that only its owner can enter (0700). One that exists is left as it is. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Closes a file that others can read (any bit of 0077), and tells whether it had been open. Windows has no such modes.
 * Throws the file-system error when it may not be changed.
 */
export function closeToOthers(path: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32' || (statSync(path).mode & 0o077) === 0) return false;
  chmodSync(path, 0o600);
  return true;
}
