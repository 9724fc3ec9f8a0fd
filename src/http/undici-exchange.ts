import type { Dispatcher } from 'undici';
import type { Clock } from '../edges.ts';
import type { HttpRequest } from './client.ts';
import { connectionFailure, timeLimitFailure } from './connection-failure.ts';
import { MAX_BODY_BYTES, tooLarge } from './content-coding.ts';
import type { StartTimeLimit } from './time-limits.ts';
import { TransportError } from './transport-error.ts';

/** An answer as it came over the wire. Header names are lower case. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** What ended the answer early, after its status had said that something was created (201). */
  readonly failure?: TransportError | undefined;
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** Origin of the proxy that the dispatcher goes through. */
  readonly proxy: string | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly startTimeLimit: StartTimeLimit;
  /** Bounds the whole exchange: connection, headers and body. */
  readonly timeoutMs: number;
  /** What is left of that, where it is for more than this exchange. */
  readonly leftMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends one request once. Rejects with a `TransportError` unless the status 201 has come before, or with the signal's reason at once when it is aborted;
 * either way the connection is given up, so that nothing more of the answer is read.
 */
export function exchange(
  request: HttpRequest,
  { dispatcher, proxy, clock, startTimeLimit, timeoutMs, leftMs, signal }: ExchangeOptions,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { url, method } = request;
    let isSettled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Readonly<Record<string, string>> = {};
    let received = 0;
    const chunks: Buffer[] = [];

    const settle = (): boolean => {
      const first = !isSettled;
      isSettled = true;
      endTimeLimit();
      signal?.removeEventListener('abort', onAbort);
      return first;
    };
    const giveUp = (reason: unknown) => {
      if (settle()) {
        if (status === 201 && reason instanceof TransportError) {
          resolve({ status, headers, bytes: Buffer.concat(chunks, received), failure: reason });
        } else {
          reject(reason);
        }
        controller?.abort(new Error('given up'));
      }
    };
    const onAbort = () => giveUp(signal?.reason);
    const isSent = () => controller !== undefined;

    signal?.addEventListener('abort', onAbort, { once: true });
    const endTimeLimit = startTimeLimit(Math.min(timeoutMs, leftMs), () =>
      giveUp(timeLimitFailure(timeoutMs, { url, sent: isSent(), proxy })),
    );
    const handler: Dispatcher.DispatchHandler = {
      // Called when a connection is there and the request is about to be written: until then nothing was sent.
      onRequestStart(started) {
        if (isSettled) {
          started.abort(new Error('given up'));
          return;
        }
        try {
          request.onSending?.();
          controller = started;
        } catch (error) {
          giveUp(error);
          started.abort(new Error('given up'));
        }
      },
      onResponseStart(_controller, statusCode, fields) {
        if (statusCode < 200) {
          return;
        }
        status = statusCode;
        headers = joinRepeated(fields);
        if (method !== 'HEAD' && Number(headers['content-length']) > MAX_BODY_BYTES) {
          giveUp(tooLarge(url));
        }
      },
      onResponseData(_controller, chunk) {
        received += chunk.length;
        if (received > MAX_BODY_BYTES) {
          giveUp(tooLarge(url));
        } else {
          chunks.push(chunk);
        }
      },
      onResponseEnd() {
        if (settle()) {
          const answer = { status, headers, bytes: Buffer.concat(chunks, received) };
          // undici frees the connection one turn of the event loop later; a request made before that would open another one.
          queueMicrotask(() => setImmediate(resolve, answer));
        }
      },
      onResponseError(_controller, error) {
        giveUp(connectionFailure(error, { url, sent: isSent(), answering: status > 0, now: clock.now() }) ?? error);
      },
    };
    try {
      const { origin, pathname, search } = url;
      dispatcher.dispatch({ origin, path: pathname + search, method, headers: request.headers, body: request.body ?? null }, handler);
    } catch (error) {
      giveUp(error);
    }
  });
}

function joinRepeated(fields: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const joined: [string, string][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) {
      joined.push([name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]);
    }
  }
  return Object.fromEntries(joined);
}
