import { promisify } from 'node:util';
import type { HttpResponse } from './client.ts';
import { TransportError } from './transport-error.ts';

/** The largest body that is read, in bytes, both on the wire and after each decompression. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** More codings on top of each other have no use but to keep a client busy. */
const MAX_CODINGS = 5;

type Inflate = (bytes: Buffer) => Promise<Buffer>;

/**
 * The value of `Accept-Encoding` (RFC 9110 section 12.5.3): every coding that a version of Node.js can undo. Zstandard came with 22.15 and 23.8.
 * The version is asked and not zlib, which takes longer to load than all else that a request needs. Pure.
 */
export function acceptEncoding(nodeVersion: string): string {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const hasZstandard = major >= 24 || (major === 23 && minor >= 8) || (major === 22 && minor >= 15);
  return hasZstandard ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';
}

/** The headers of every request, unless it has its own. */
export function commonHeaders(userAgent: string, nodeVersion: string): Readonly<Record<string, string>> {
  return { 'user-agent': userAgent, 'accept-encoding': acceptEncoding(nodeVersion) };
}

/**
 * Undoes the content codings of the received bytes, the last one first (RFC 9110 section 8.4). Throws `TransportError` `malformed` (a coding
 * that is not known, broken data) or `too_large`.
 */
export async function decodeContent(bytes: Buffer, headers: HttpResponse['headers'], url: URL): Promise<Buffer> {
  const codings = (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (bytes.length === 0 || codings.length === 0) return bytes;
  const malformed = (problem: string, cause?: unknown) =>
    new TransportError('malformed', `the answer from ${url.origin} ${problem}`, { url, mayHaveBeenReceived: true, cause });
  if (codings.length > MAX_CODINGS) throw malformed(`is compressed ${codings.length} times`);
  let content = bytes;
  for (const coding of codings.reverse()) {
    const inflate = await inflater(coding, content);
    if (inflate === undefined) throw malformed(`is compressed as ${JSON.stringify(coding.slice(0, 40))}, which this program cannot read`);
    try {
      content = await inflate(content);
    } catch (error) {
      throw error instanceof RangeError ? tooLarge(url, error) : malformed('is compressed, and damaged', error);
    }
  }
  return content;
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

/** What undoes a coding; undefined for one that is not known. */
async function inflater(coding: string, bytes: Buffer): Promise<Inflate | undefined> {
  const { gunzip, inflate, inflateRaw, brotliDecompress, zstdDecompress } = await zlib();
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return limited(gunzip);
    case 'deflate':
      // Some servers leave out the zlib format around it (RFC 9110 section 8.4.1.2).
      return limited(isZlibFormat(bytes) ? inflate : inflateRaw);
    case 'br':
      return limited(brotliDecompress);
    case 'zstd':
      return zstdDecompress && limited(zstdDecompress);
    default:
      return undefined;
  }
}

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }, callback: (error: Error | null, result: Buffer) => void) => void;

function limited(decompress: Decompress): Inflate {
  const inflate = promisify(decompress);
  return (bytes) => inflate(bytes, { maxOutputLength: MAX_BODY_BYTES });
}

/** Whether bytes begin with the header of the zlib format (RFC 1950 section 2.2). */
function isZlibFormat(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/** Loaded when the first answer is compressed. */
async function zlib() {
  const module: typeof import('node:zlib') & { readonly zstdDecompress?: Decompress } = await import('node:zlib');
  return module;
}

/** The bytes as text. Invalid sequences become U+FFFD; a byte order mark, which no JSON parser takes, is left out. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
