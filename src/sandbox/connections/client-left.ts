import { hasErrorCode } from '../../error-code.ts';

/** What Node and its packages call it when the other end of a connection, or of a stream, has gone. */
const LEFT = [
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'HPE_INVALID_EOF_STATE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
] as const;

/** Whether an exchange failed because its client went away in the middle: that is the client's affair. */
export function hasClientLeft(error: unknown): boolean {
  return hasErrorCode(error, ...LEFT);
}
