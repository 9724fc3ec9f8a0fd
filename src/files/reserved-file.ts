import { type FileHandle, open, unlink } from 'node:fs/promises';

/** Room for what is to come, so that a full disk is known before it comes. */
const RESERVED_BYTES = 16 * 1024;

/** A file that is held open for a secret that can be had once only. */
export interface ReservedFile {
  readonly path: string;
  /** Writes the content, and returns when it is on the disk. */
  readonly write: (content: string) => Promise<void>;
  /** Removes the file, when nothing was written. Never throws. */
  readonly discard: () => Promise<void>;
}

/**
 * Creates a file that its owner alone can read (mode 0600 from its first moment), and takes room on the disk for it. Throws a file-system error, with
 * the code `EEXIST` when something is there already, a symbolic link included.
 */
export async function reserveFile(path: string): Promise<ReservedFile> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(' '.repeat(RESERVED_BYTES), 0);
    await file.sync();
  } catch (error) {
    await discard(file, path);
    throw error;
  }
  return {
    path,
    write: async (content) => {
      await file.writeFile(content);
      await file.truncate(Buffer.byteLength(content));
      await file.sync();
      await file.close();
    },
    discard: () => discard(file, path),
  };
}

async function discard(file: FileHandle, path: string): Promise<void> {
  await file.close().catch(() => undefined);
  await unlink(path).catch(() => undefined);
}
