import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { makePrivateDirectory } from './private-directory.ts';

/** What file systems without hard links answer. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes a file that its owner alone can read (0600), whole from its first moment, with its folder if need be. `false` when something is there
 * already, which stays as it is. Throws the file-system error.
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

/** The same in the place of what is there. Throws the file-system error. */
export function replacePrivateFile(path: string, content: string): void {
  placed(path, content, (written) => renameSync(written, path));
}

/** Writes the content beside the path, and lets `place` put it there; nothing is left beside it. */
function placed<T>(path: string, content: string, place: (written: string) => T): T {
  const written = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  try {
    makePrivateDirectory(dirname(path));
    writeFileSync(written, content, { mode: 0o600, flag: 'wx', flush: true });
    return place(written);
  } finally {
    rmSync(written, { force: true });
  }
}
