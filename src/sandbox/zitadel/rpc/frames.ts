import { StatusError } from '../status.ts';

/** First byte of a frame: it holds a message, or (in gRPC-Web) the trailers. The lowest bit says that the message is compressed. */
const MESSAGE = 0;
const COMPRESSED_MESSAGE = 1;
const TRAILERS = 0x80;
const HEADER_BYTES = 5;

/** The only message in a body of gRPC: one uncompressed frame. Throws `StatusError` when it is anything else. */
export function readMessageFrame(body: Buffer): Uint8Array {
  if (body[0] === COMPRESSED_MESSAGE) throw new StatusError('Unimplemented', 'grpc: messages may not be compressed');
  const isWhole = body.length >= HEADER_BYTES && body[0] === MESSAGE && body.length === HEADER_BYTES + body.readUInt32BE(1);
  if (!isWhole) throw new StatusError('Internal', 'grpc: the body is not one whole message');
  return body.subarray(HEADER_BYTES);
}

export function messageFrame(message: Uint8Array): Buffer {
  return frame(MESSAGE, message);
}

/** What ends every answer of gRPC-Web, in the form of headers of HTTP/1. */
export function trailersFrame(trailers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
  return frame(TRAILERS, Buffer.from(lines.join('')));
}

function frame(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = kind;
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
}
