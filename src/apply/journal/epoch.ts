import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../error-code.ts';
import { syncFolder } from './files.ts';

const DIGITS = 15;
const LENGTH = DIGITS + 1;

/**
 * The number of the run that may send: one file, which is never removed nor replaced, and is opened again for each look, since network disks
 * remember what a name led to, but ask for the content of a file that is opened.
 */
export interface EpochFile {
  /** Undefined for a file that does not say it; 0 where there is none. Throws file-system errors. */
  readonly read: () => number | undefined;
  /** Resolves when it is on the disk. Only for the holder of the lock of the journal. Throws file-system errors. */
  readonly write: (epoch: number) => void;
}

export function epochFile(directory: string): EpochFile {
  const path = join(directory, 'epoch');
  const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
  const content = Buffer.alloc(LENGTH);
  return {
    read: () => {
      try {
        const file = openSync(path, O_RDONLY | O_NOFOLLOW);
        try {
          const size = readSync(file, content, 0, LENGTH, 0);
          const [, digits] = /^(\d{15})\n$/.exec(content.toString('latin1', 0, size)) ?? [];
          return digits === undefined ? undefined : Number(digits);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        if (hasErrorCode(error, 'ENOENT')) return 0;
        throw error;
      }
    },
    write: (epoch) => {
      // In place, in one write: a file that takes the place of another one is another file to who remembers the name.
      const file = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
      try {
        writeSync(file, `${String(epoch).padStart(DIGITS, '0')}\n`, 0);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      syncFolder(directory);
    },
  };
}
