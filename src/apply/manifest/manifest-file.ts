import type { FileHandle } from 'node:fs/promises';
import { encodingOf } from '../../decoded-text.ts';
import { CliError } from '../../errors.ts';

/** Bytes that are read at once. */
const CHUNK = 16 * 1024;

/** A manifest on disk, which stays open so that it can be read several times. */
export interface ManifestFile {
  /** As messages name it. */
  readonly name: string;
  /** As a command takes it: `-` for standard input. */
  readonly path: string;
  readonly size: number;
  /** Its text from the beginning, without a byte order mark; a replacement character stands for what is not text. Throws `invalid` when it has changed since it was opened. */
  readonly text: () => AsyncGenerator<string>;
  /** Whether it begins with a byte order mark. */
  readonly hasMark: boolean;
  readonly close: () => Promise<void>;
}

/** Takes over a regular file that is open for reading. Throws the file-system error. */
export async function manifestFile(handle: FileHandle, path: string): Promise<ManifestFile> {
  const name = path === '-' ? 'stdin' : path;
  const { size, mtimeMs } = await handle.stat();
  const start = Buffer.alloc(3);
  await handle.read(start, 0, 3, 0);
  const encoding = encodingOf(start);

  async function assertUnchanged(): Promise<void> {
    const now = await handle.stat();
    if (now.size === size && now.mtimeMs === mtimeMs) return;
    throw new CliError('invalid', `${name} was changed while it was read`, { hint: 'run the command again when it is complete' });
  }

  return {
    name,
    path,
    size,
    hasMark: encoding !== 'utf-8' || start.equals(UTF_8_MARK),
    text: async function* () {
      const decoder = new TextDecoder(encoding);
      for await (const chunk of chunksOf(handle)) {
        const text = decoder.decode(chunk, { stream: true });
        if (text !== '') yield text;
      }
      const rest = decoder.decode();
      if (rest !== '') yield rest;
      await assertUnchanged();
    },
    close: () => handle.close(),
  };
}

const UTF_8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
