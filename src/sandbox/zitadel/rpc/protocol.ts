import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../http/front-end.ts';
import type { StatusError } from '../status.ts';
import type { FormatName } from './message-format.ts';

/** One way to write a call of a service, and what comes of it, as an exchange over HTTP. */
export interface Protocol {
  /** The media types of its requests, each with the format of their messages; its answers are of the same type. */
  readonly mediaTypes: Readonly<Record<string, FormatName>>;
  /** Whether it writes trailers, which only HTTP/2 brings to every client. */
  readonly needsHttp2: boolean;
  /** The bytes of the message in a request. Throws `StatusError`. */
  readonly messageBytes: (body: Buffer, headers: IncomingHttpHeaders) => Uint8Array;
  /** The answer to a call that went well, to a request of that media type. */
  readonly succeed: (message: Uint8Array, mediaType: string) => Answer;
  readonly refuse: (error: StatusError, mediaType: string) => Answer;
}
