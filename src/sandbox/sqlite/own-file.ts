import { type BigIntStats, fstatSync, statSync } from 'node:fs';
import { StoreFailure } from '../store-failure.ts';

/** What is wrong with the data file now; undefined while it is ours. */
export type FileCheck = () => StoreFailure | undefined;

/**
 * Watches a data file that is open: whether its name still leads to it, and that of its log to the same log. What is written to a file without
 * a name, or to a log without one, is gone when the process ends. The descriptor has to stay open, so that no other file gets its number.
 *
 * Another SQLite program that does not see that we have the file open removes the log when it is done. Before it reads, it writes an index of
 * the log (`-shm`), which it removes in the end. So an empty one has to be there for us: as long as it is the same and empty, nobody has
 * begun to read, and what was written is seen by all that ever will.
 */
export function watchFile(path: string, descriptor: number, isSeenByOthers: boolean): FileCheck {
  const [log, index] = [`${path}-wal`, `${path}-shm`];
  const [file, opened, unused] = [fstatSync(descriptor, { bigint: true }), statusOf(log), statusOf(index)];
  return () => {
    const current = statusOf(path);
    if (current === undefined) return lost(`${path} was removed, so nothing is kept any more`);
    if (!isSame(current, file)) return lost(`${path} was replaced by another file, so nothing is kept any more`);
    if (!isSeenByOthers && unused && !isUnused(statusOf(index), unused)) {
      return lost(`another program has opened ${path}, which only Node.js 22.13 or later can share, so nothing more is kept`);
    }
    if (opened && !isSame(statusOf(log), opened)) {
      return lost(`another program has ended the log of ${path}, so nothing more is kept; what was there before is in the file`);
    }
    return undefined;
  };
}

function lost(message: string): StoreFailure {
  return new StoreFailure('lost', message, 'stop the sandbox and start it again');
}

/** A file that cannot be looked at has been moved away with its folder. */
function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isUnused(status: BigIntStats | undefined, first: BigIntStats): boolean {
  return isSame(status, first) && status?.size === 0n;
}

function isSame(status: BigIntStats | undefined, { dev, ino }: BigIntStats): boolean {
  return status !== undefined && status.dev === dev && status.ino === ino;
}
