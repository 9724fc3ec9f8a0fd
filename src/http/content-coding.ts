import { promisify } from 'node:util';
import type { HttpResponse } from './client.ts';
import { TransportError } from './transport-error.ts';

/** The largest body that is read, in bytes, both on the wire and once it is decompressed. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Undoes the content coding of the received bytes. No coding is asked for; a server or gateway that compresses all the same is understood
 * when it uses gzip or deflate (RFC 9110 section 8.4.1).
 * Throws `TransportError` `malformed` (another coding, broken data) or `too_large`.
 */
export async function decodeContent(bytes: Buffer, headers: HttpResponse['headers'], url: URL): Promise<Buffer> {
  const coding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (bytes.length === 0 || coding === '' || coding === 'identity') {
    return bytes;
  }
  const inflate = await inflater(coding);
  if (inflate === undefined) {
    throw new TransportError('malformed', `the answer from ${url.origin} is compressed in a way that was not asked for`, {
      url,
      mayHaveBeenReceived: true,
    });
  }
  try {
    return await inflate(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge(url, error);
    }
    throw new TransportError('malformed', `the answer from ${url.origin} is compressed, and damaged`, {
      url,
      mayHaveBeenReceived: true,
      cause: error,
    });
  }
}

/** The failure of an answer past `MAX_BODY_BYTES`. */
export function tooLarge(url: URL, cause?: unknown): TransportError {
  const limit = `${MAX_BODY_BYTES / 1024 / 1024} MiB`;
  return new TransportError('too_large', `the answer from ${url.origin} is larger than ${limit}`, {
    url,
    mayHaveBeenReceived: true,
    cause,
  });
}

async function inflater(coding: string) {
  const zlib = await import('node:zlib');
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip);
    case 'deflate':
      return promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.inflate);
    default:
      return undefined;
  }
}

/** The bytes as text. Invalid sequences become U+FFFD; a byte order mark, which no JSON parser takes, is left out. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
