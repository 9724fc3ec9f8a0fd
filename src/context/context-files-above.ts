import { lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A file that says which profile and which organization commands in its folder, and below it, use. */
export const CONTEXT_FILE = '.flowkiwi.json';

/** Folders that are looked into at most; deeper ones have names longer than systems take. */
const MOST_FOLDERS = 256;

/** What has that name in the working folder and above it, the nearest first; whether it is a file is not looked at. Never throws. */
export function contextFilesAbove(): readonly string[] {
  const found: string[] = [];
  try {
    let folder = resolve('.');
    for (let count = 0; count < MOST_FOLDERS; count += 1) {
      const path = join(folder, CONTEXT_FILE);
      if (isThere(path)) found.push(path);
      if (folder === dirname(folder)) break;
      folder = dirname(folder);
    }
  } catch {
    // The working folder has been removed.
  }
  return found;
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that this user may not look into.
    return false;
  }
}
