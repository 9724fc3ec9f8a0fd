import { PREFACE } from '../../src/sandbox/connections/protocol-of.ts';

const TYPES = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6 } as const;

export const END_STREAM = 1;
export const END_HEADERS = 4;

/** A frame of HTTP/2 (RFC 9113 section 4.1). */
export function http2Frame(
  type: keyof typeof TYPES,
  content: Buffer = Buffer.alloc(0),
  { flags = 0, stream = 0, length = content.length } = {},
) {
  const header = Buffer.alloc(9);
  header.writeUIntBE(length, 0, 3);
  header.writeUInt8(TYPES[type], 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, content]);
}

/** What a client sends first. */
export const GREETING = Buffer.concat([PREFACE, http2Frame('settings')]);

/** Has the other side send the same eight letters back. */
export function ping(letters: string): Buffer {
  return http2Frame('ping', Buffer.from(letters));
}

/** A block of headers, each written out (RFC 7541 section 6.2.2). */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), hpackText(name), hpackText(value)]));
}

function hpackText(text: string): Buffer {
  if (text.length > 126) throw new RangeError('Only short texts are needed here.');
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}
