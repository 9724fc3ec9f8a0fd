import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** A request over HTTP/1.1 or HTTP/2, as far as the sandbox needs it. Node's classes for both fit. */
export interface Request extends AsyncIterable<unknown> {
  readonly httpVersionMajor: number;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** `host` is the `:authority` of HTTP/2. */
  readonly headers: IncomingHttpHeaders;
  /** Whether the client went away, or was cut off, before the end of the exchange. */
  readonly aborted: boolean;
  readonly socket: Pick<Socket, 'resetAndDestroy'>;
  resume(): unknown;
  /** Takes in a piece of the body: Node calls it, for those who read. */
  push(chunk: unknown, encoding?: BufferEncoding): boolean;
  destroy(): unknown;
}

/** The answer to a request over HTTP/1.1 or HTTP/2, as far as the sandbox needs it. Node's classes for both fit. */
export interface Response {
  readonly statusCode: number;
  readonly headersSent: boolean;
  /** Whether all of it was sent. */
  readonly writableFinished: boolean;
  /** Null or undefined when the answer is over. */
  readonly socket: Pick<Socket, 'destroyed' | 'destroySoon' | 'resetAndDestroy'> | null;
  getHeaderNames(): readonly string[];
  getHeaders(): Readonly<Record<string, unknown>>;
  removeHeader(name: string): void;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(chunk: Uint8Array, onWritten?: () => void): unknown;
  addTrailers(trailers: Readonly<Record<string, string>>): unknown;
  end(body?: string | Uint8Array): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export function isHttp2({ httpVersionMajor }: Request): boolean {
  return httpVersionMajor === 2;
}
