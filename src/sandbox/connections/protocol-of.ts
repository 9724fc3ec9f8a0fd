/** What a client with prior knowledge of HTTP/2 sends first (RFC 9113 section 3.4). */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export type Protocol = 'http1' | 'http2';

/** The protocol of a connection that begins with these bytes; undefined while both are possible. No method of HTTP/1.1 begins with `PRI`. */
export function protocolOf(bytes: Buffer): Protocol | undefined {
  const length = Math.min(bytes.length, PREFACE.length);
  if (PREFACE.compare(bytes, 0, length, 0, length) !== 0) return 'http1';
  return length === PREFACE.length ? 'http2' : undefined;
}
