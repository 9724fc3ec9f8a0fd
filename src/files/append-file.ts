import { constants, existsSync, realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivateDirectory } from './private-directory.ts';
import { assertTrusted, withTrustedFile } from './trusted-place.ts';

/**
 * A file of lines that grows at its end, also by several processes at once: each append is one write, which the system puts behind all that
 * is there. What a process that died in the middle has left is closed by the next append, so that it spoils no line but its own.
 */
export interface AppendFile {
  /** Whether nothing was in it when it was opened. */
  readonly isNew: boolean;
  /**
   * Appends lines, which have no line end of their own; resolves when they are on the disk. Appends of the same moment share one write and one
   * sync. Rejects with the file-system error.
   */
  readonly append: (lines: readonly string[]) => Promise<void>;
  /** To be called when the last append has ended. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly text: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/**
 * Opens the file, or what a link there leads to, and makes it, readable by its owner alone (0600), and its folder if need be. Throws `invalid`
 * for what is no file or somebody else's, and the file-system error.
 */
export async function openAppendFile(path: string): Promise<AppendFile> {
  makePrivateDirectory(dirname(path));
  const target = existsSync(path) ? withTrustedFile(path, () => realpathSync(path)) : path;
  const file = await open(target, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  const isNew = await isEmpty(file, target).catch(async (error) => {
    await file.close();
    throw error;
  });
  if (isNew) await syncFolder(dirname(target));
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(file, group.map(({ text }) => text).join(''));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    isWriting = false;
  }

  return {
    isNew,
    append: (lines) =>
      new Promise((done, failed) => {
        waiting.push({ text: lines.map((line) => `${line}\n`).join(''), done, failed });
        if (isWriting) return;
        isWriting = true;
        // One step later, so that appends of the same moment are one group.
        queueMicrotask(() => void writeAll());
      }),
    close: () => file.close(),
  };
}

/** Whether the file that was opened, which is to be ours, is empty. */
async function isEmpty(file: FileHandle, path: string): Promise<boolean> {
  const status = await file.stat();
  assertTrusted(status, path);
  return status.size === 0;
}

async function write(file: FileHandle, text: string): Promise<void> {
  let rest = Buffer.from((await endsWithinLine(file)) ? `\n${text}` : text);
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
  await file.datasync();
}

async function endsWithinLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

/** A new file is there after a loss of power only when its folder is on the disk, too. Windows syncs no folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
