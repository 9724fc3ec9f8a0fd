import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import type { Clock } from '../edges.ts';
import { once } from '../once.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './client.ts';
import { decodeBody } from './content-coding.ts';
import { nextRequest } from './redirects.ts';
import { retryDelay } from './retry.ts';
import { traceFailure, traceRequest, traceResponse, traceRetry } from './trace.ts';
import { TransportError } from './transport-error.ts';
import { exchange } from './undici-exchange.ts';

export interface HttpClientOptions {
  /** Bounds one attempt: connection, headers and body. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** `flowkiwi/VERSION`. */
  readonly userAgent: string;
  /** Receives each exchange, redacted, as one or more lines without a line break at the end. */
  readonly trace?: ((text: string) => void) | undefined;
  /** Spreads the waits between attempts; from 0 to 1, 1 excluded. */
  readonly random?: (() => number) | undefined;
}

/** The HTTP client of every command: keep-alive, time limit, retries, redirects within an origin. Reads no environment. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs, clock, userAgent, trace, random = Math.random } = options;
  const closing = new AbortController();
  const agent = createDispatcher(timeoutMs, closing.signal);

  const attemptOnce = async (
    request: HttpRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse | { failure: TransportError }> => {
    const start = clock.now();
    trace?.(traceRequest(request));
    try {
      const { status, headers, bytes } = await exchange(request, { agent, clock, timeoutMs, signal });
      const response = { status, headers, body: await decodeBody(bytes, headers, request.url), url: request.url };
      trace?.(traceResponse(response, clock.now() - start));
      return response;
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      trace?.(traceFailure(error, clock.now() - start));
      return { failure: error };
    }
  };

  const attempt = async (request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse> => {
    for (let count = 1; ; count += 1) {
      const outcome = await attemptOnce(request, signal);
      const delay = retryDelay({ method: request.method, attempt: count, outcome, now: clock.now(), random });
      if (delay === undefined) {
        if ('failure' in outcome) {
          throw outcome.failure;
        }
        return outcome;
      }
      trace?.(traceRetry(delay));
      await clock.sleep(delay, signal);
    }
  };

  return {
    async send(request, signal) {
      signal?.throwIfAborted();
      await compileWebAssemblyQuickly();
      let current: HttpRequest = { ...request, headers: { 'user-agent': userAgent, ...request.headers } };
      for (let followed = 0; ; followed += 1) {
        const response = await attempt(current, signal);
        const next = nextRequest(current, response, followed);
        if (next === undefined) {
          return response;
        }
        current = next;
      }
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}

/**
 * The one place where connections are made; a proxy would be chosen here, for every origin but loopback.
 * `closing` ends connections that are still being made, which undici itself would wait for.
 */
function createDispatcher(timeoutMs: number, closing: AbortSignal): Agent {
  setMaxListeners(0, closing);
  const connect = { timeout: timeoutMs, signal: closing };
  // The time limit is the exchange's own: undici's are for silences and as coarse as a second.
  return new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
}

/**
 * On V8 before 12 (Node 20) the optimizing compiler works through undici's WebAssembly parser at start, which doubles the time of a short
 * command; newer ones compile lazily and would only lose by it. Takes effect because undici compiles on its first connection.
 */
const compileWebAssemblyQuickly = once(async () => {
  const isNode20 = !('withResolvers' in Promise);
  if (!isNode20) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--liftoff-only');
});
