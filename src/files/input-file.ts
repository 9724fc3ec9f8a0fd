import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export interface InputFileOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many bytes are read at most; all of them when absent. */
  readonly limit?: number;
}

/**
 * Reads a file, also one that never ends, or a named pipe: what nobody writes to yet is waited for without a thread, as a thread that waits could be
 * ended by no signal and no exit. Throws the file-system error, and the reason of the signal.
 */
export async function readInputFile(path: string, { signal, limit = Number.POSITIVE_INFINITY }: InputFileOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  signal?.throwIfAborted();
  for await (const chunk of inputStream(path, signal)) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

/** What a file holds, piece by piece, with no thread that waits for it. Throws the file-system error. */
export function inputStream(path: string, signal: AbortSignal | undefined): Readable {
  if (!statSync(path).isFIFO()) return createReadStream(path, { signal });
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd: descriptor, readable: true, writable: false, signal });
}
