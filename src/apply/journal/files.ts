import { closeSync, constants, fsyncSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../error-code.ts';

/** `e000007.jsonl`: what the run of epoch 7 has written. */
const NAME = /^e(\d{6,15})\.jsonl$/;

const CHUNK_BYTES = 1024 * 1024;
/** A line is a record of a few texts of the manifest. */
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

/** A file of a journal. */
export interface JournalFile {
  readonly path: string;
  readonly epoch: number;
}

export function fileOf(directory: string, epoch: number): JournalFile {
  return { path: join(directory, `e${String(epoch).padStart(6, '0')}.jsonl`), epoch };
}

/** The files of a journal, the oldest first; none where there is no folder. Throws file-system errors. */
export function filesIn(directory: string): readonly JournalFile[] {
  try {
    return readdirSync(directory)
      .flatMap((name) => {
        const [, epoch] = NAME.exec(name) ?? [];
        return epoch === undefined ? [] : [{ path: join(directory, name), epoch: Number(epoch) }];
      })
      .sort((one, other) => one.epoch - other.epoch);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * The lines of a file, without their ends, one after the other, so that it may be larger than the memory; what is behind the last line end
 * is a line as well. Throws file-system errors.
 */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = Buffer.alloc(0);
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      let content = Buffer.concat([rest, chunk.subarray(0, size)]);
      for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10)) {
        yield content.toString('utf8', 0, end);
        content = content.subarray(end + 1);
      }
      // Not a line of ours: it is shown to be damaged, and need not be kept.
      rest = content.length > LONGEST_LINE_BYTES ? content.subarray(0, 1) : content;
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** A new file is there after a loss of power only when its folder is on the disk, too. Windows syncs no folders. */
export function syncFolder(directory: string): void {
  try {
    const folder = openSync(directory, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Where that cannot be done, there is nothing more to do.
  }
}
