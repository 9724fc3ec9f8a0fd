/** First byte of a frame: it holds a message, or the trailers. */
const MESSAGE = 0;
const TRAILERS = 0x80;
const HEADER_BYTES = 5;

/** The only message in a body of gRPC-Web: one uncompressed frame; undefined when it is anything else. */
export function readMessageFrame(body: Buffer): Uint8Array | undefined {
  if (body.length < HEADER_BYTES || body[0] !== MESSAGE) return undefined;
  const end = HEADER_BYTES + body.readUInt32BE(1);
  return body.length === end ? body.subarray(HEADER_BYTES) : undefined;
}

export function messageFrame(message: Uint8Array): Buffer {
  return frame(MESSAGE, message);
}

/** What ends every answer, in the form of headers of HTTP/1. */
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
