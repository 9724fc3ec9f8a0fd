import { randomBytes } from 'node:crypto';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputStream } from '../../files/input-file.ts';
import { type ManifestFile, manifestFile } from './manifest-file.ts';

export interface InputPlace {
  readonly stdin: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
}

/**
 * Opens a manifest, `-` for standard input. It is read more than once, since errors come before anything is sent: what can be read only once,
 * as a pipe, is kept in a file meanwhile. Throws the file-system error, and the reason of the signal.
 */
export async function openManifestFile(path: string, { stdin, signal }: InputPlace): Promise<ManifestFile> {
  if (path === '-') return spooled(stdin, path, signal);
  if (!(await stat(path)).isFile()) return spooled(inputStream(path, signal), path, signal);
  return taken(await open(path, 'r'), path);
}

/** A file that its owner alone can read (0600), and that has no name any more when it is written: nothing of it is left when the process is killed. */
async function spooled(stream: NodeJS.ReadableStream, path: string, signal: AbortSignal): Promise<ManifestFile> {
  const kept = join(tmpdir(), `flowkiwi-manifest-${randomBytes(12).toString('hex')}`);
  const handle = await open(kept, 'wx+', 0o600);
  try {
    await unlink(kept);
    await copy(stream, handle, signal);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return taken(handle, path);
}

async function copy(stream: NodeJS.ReadableStream, handle: FileHandle, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  const all = (async () => {
    for await (const chunk of stream) await handle.write(Buffer.from(chunk));
  })();
  aborted.catch(() => undefined);
  all.catch(() => undefined);
  await Promise.race([all, aborted]);
}

async function taken(handle: FileHandle, path: string): Promise<ManifestFile> {
  try {
    return await manifestFile(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
