import { constants, existsSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { SUPERUSER, userId } from './this-process.ts';
import { assertLeadsSomewhere, assertOneName, assertTrusted, withTrustedFile } from './trusted-place.ts';

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

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
const FLAGS = O_RDWR | O_APPEND | O_NOFOLLOW;

/**
 * Opens the file, or what a link there leads to, and makes it, readable by its owner alone (0600), and its folder if need be. Throws `invalid`
 * for what is not a file or somebody else's, and the file-system error.
 */
export async function openAppendFile(path: string): Promise<AppendFile> {
  makePrivateDirectory(dirname(path));
  assertLeadsSomewhere(path);
  const target = existsSync(path) ? withTrustedFile(path, () => realpathSync(path)) : path;
  const { file, isNew } = (await make(target)) ?? (await openOurs(target));
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await appendLines(file, group.map(({ text }) => text).join(''));
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

interface Opened {
  readonly file: FileHandle;
  readonly isNew: boolean;
}

/** Makes the file; undefined when there is one. The superuser makes it for the owner of the folder, who could not read it otherwise. */
async function make(path: string): Promise<Opened | undefined> {
  try {
    const file = await open(path, FLAGS | O_CREAT | O_EXCL, 0o600);
    const { uid, gid } = statSync(dirname(path));
    if (userId() === SUPERUSER && uid !== SUPERUSER) await file.chown(uid, gid);
    await syncFolder(dirname(path));
    return { file, isNew: true };
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return undefined;
    throw error;
  }
}

async function openOurs(path: string): Promise<Opened> {
  const file = await open(path, FLAGS);
  try {
    const status = await file.stat();
    assertTrusted(status, path);
    assertOneName(status, path);
    return { file, isNew: status.size === 0 };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Appends whole lines to a file that is open for reading and appending, in one write; what ends within a line is closed before. Resolves when they
 * are on the disk. Rejects with the file-system error.
 */
export async function appendLines(file: FileHandle, text: string): Promise<void> {
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
