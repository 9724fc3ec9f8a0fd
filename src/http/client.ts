/** One HTTP exchange to make. Header names are lower case. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Sent once, whatever comes of it. */
  readonly once?: boolean;
  /** Called right before the first byte of each attempt is handed to the connection. When it throws, nothing is sent, and that is thrown. */
  readonly onSending?: (() => void) | undefined;
  /** Nothing is lost by sending it twice, so that it is repeated as a GET is: a search that is sent by POST. */
  readonly safe?: boolean;
  /** For a request that changes something: whether an answer says that it had no effect, and may be sent again later. By default none does. */
  readonly isRefusal?: ((response: HttpResponse) => boolean) | undefined;
  /** Whether an answer stays unchanged however often one asks, although its status says that it passes. */
  readonly isPermanent?: ((response: HttpResponse) => boolean) | undefined;
}

/**
 * A whole answer, read to its end. Header names are lower case; repeated headers are joined with `, `. One that is not a success (from status 300)
 * is without the secrets that were sent and that the process has, wherever the server repeats them.
 */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded as UTF-8, at most 16 MiB on the wire. */
  readonly body: string;
  /** Why the body could not be read, of an answer whose status says all the same that something was created; `body` is empty then. */
  readonly unreadable?: string | undefined;
  /** The body byte by byte, for what is not text. Of an answer of success alone. */
  readonly bytes?: Uint8Array | undefined;
  /** The URL that answered, after redirects. */
  readonly url: URL;
}

/** The one way to speak HTTP. */
export interface HttpClient {
  /**
   * Sends the request and reads the whole answer, whatever its status.
   * Retries what is safe to repeat, unless the request says `once`; a request that is not a GET or HEAD, nor said to be safe, is repeated only when nothing of it was sent or its `isRefusal` says so.
   * Throws `TransportError` when there is no whole answer, unless its status is 201: that is the truth also without the body. Throws the signal's reason when it is aborted.
   */
  readonly send: (request: HttpRequest, signal?: AbortSignal) => Promise<HttpResponse>;
  readonly close: () => Promise<void>;
  /** Whether what is sent to the URL goes to loopback, although its host is not named so. Absent: never. */
  readonly isLocal?: (url: URL) => boolean;
}
