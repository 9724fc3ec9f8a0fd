import { setMaxListeners } from 'node:events';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../edges.ts';
import type { Help } from '../hint.ts';
import { once } from '../once.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './client.ts';
import { commonHeaders, decodeContent, decodeUtf8 } from './content-coding.ts';
import { lookup } from './loopback.ts';
import type { HttpProxy } from './proxy.ts';
import { type RedactValues, redactedResponse, secretsOf, valueRedactor } from './redact-values.ts';
import { nextRequest } from './redirects.ts';
import { type Outcome, retryDelay } from './retry.ts';
import { createTimeLimits } from './time-limits.ts';
import { TransportError } from './transport-error.ts';
import { exchange, type RawAnswer } from './undici-exchange.ts';

export interface HttpClientOptions {
  /** Bounds one attempt: connection, headers and body. */
  readonly timeoutMs: number;
  /** Milliseconds that are left for everything that is still to be done; no bound when absent. */
  readonly leftMs?: (() => number) | undefined;
  readonly clock: Clock;
  /** `flowkiwi/VERSION`. */
  readonly userAgent: string;
  /** `20.18.0`: it decides which codings are asked for. */
  readonly nodeVersion: string;
  /** The proxy to reach a URL through; undefined for none. Called for every request. */
  readonly proxyFor?: ((url: URL) => HttpProxy | undefined) | undefined;
  /** Secrets that this process has, whether it sends them or not; asked for when words of a server are to be shown. */
  readonly secrets?: (() => Promise<Iterable<string>>) | undefined;
  /** The certificates of the authorities to trust; undefined for those that Node.js trusts. Called for the first request by https. */
  readonly authorities?: (() => Promise<readonly string[] | undefined>) | undefined;
  /** What helps where a certificate is not trusted. */
  readonly untrustedHint?: (() => Promise<Help>) | undefined;
  /** Receives each exchange line by line, redacted but not yet fit for a terminal. */
  readonly trace?: ((lines: readonly string[]) => void) | undefined;
  /** Told of each wait before another attempt, when it begins. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Does what sends a request to the URL and waits for the answer. */
  readonly whileSending?: (<T>(url: URL, work: () => Promise<T>) => Promise<T>) | undefined;
  /** Spreads the waits between attempts; from 0 to 1, 1 excluded. */
  readonly random?: (() => number) | undefined;
}

/** A wait before a request is repeated. */
export interface Wait {
  readonly delayMs: number;
  /** What went wrong, for people: `https://identity.flowkiwi.net answers with status 503`. */
  readonly why: string;
}

/** The HTTP client of every command: keep-alive, proxies, time limit, retries, redirects within an origin. Reads no environment. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const {
    timeoutMs,
    leftMs = () => Number.POSITIVE_INFINITY,
    clock,
    userAgent,
    nodeVersion,
    proxyFor,
    authorities,
    untrustedHint,
    secrets,
    trace,
    onWait,
    whileSending = (_, work) => work(),
    random = Math.random,
  } = options;
  const dispatchers = createDispatchers(timeoutMs, authorities);
  const startTimeLimit = createTimeLimits(clock);
  const redactorFor = async (request: HttpRequest): Promise<RedactValues> =>
    valueRedactor([...secretsOf(request), ...((await secrets?.()) ?? [])]);

  const attemptOnce = async (
    request: HttpRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse | { failure: TransportError }> => {
    const proxy = proxyFor?.(request.url);
    const traced = trace && { ...(await import('./trace.ts')), trace, redactValues: await redactorFor(request) };
    traced?.trace(traced.traceRequest(request, traced.redactValues, proxy));
    const start = clock.now();
    try {
      const dispatcher = await dispatchers.get(request.url, proxy);
      const answer = await exchange(request, {
        ...{ dispatcher, proxy: proxy?.origin, clock, startTimeLimit, timeoutMs, leftMs: leftMs(), signal },
      });
      const response = await readAnswer(answer, request.url);
      traced?.trace(traced.traceResponse(response, traced.redactValues, clock.now() - start));
      return response;
    } catch (error) {
      if (!(error instanceof TransportError)) {
        throw error;
      }
      traced?.trace(traced.traceFailure(error, traced.redactValues, clock.now() - start));
      return { failure: error.kind === 'untrusted' && untrustedHint ? error.withHint(await untrustedHint()) : error };
    }
  };

  const attempt = async (request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpResponse> => {
    for (let count = 1; ; count += 1) {
      const outcome = await attemptOnce(request, signal);
      const now = clock.now();
      const { method, safe } = request;
      const answer = 'failure' in outcome ? undefined : outcome;
      const isFinal = request.once || (answer && request.isPermanent?.(answer));
      const isRefused = answer && request.isRefusal?.(answer);
      const delayMs = isFinal ? undefined : retryDelay({ method, safe, attempt: count, outcome, isRefused, now, random, leftMs: leftMs() });
      if (delayMs === undefined) {
        if ('failure' in outcome) {
          throw outcome.failure;
        }
        return outcome;
      }
      trace?.((await import('./trace.ts')).traceRetry(delayMs));
      onWait?.({ delayMs, why: describe(outcome, request.url) });
      await clock.sleep(delayMs, signal);
    }
  };

  return {
    async send(request, signal) {
      signal?.throwIfAborted();
      await compileWebAssemblyQuickly();
      let current: HttpRequest = { ...request, headers: { ...commonHeaders(userAgent, nodeVersion), ...request.headers } };
      for (let followed = 0; ; followed += 1) {
        const sent = current;
        const response = await whileSending(sent.url, () => attempt(sent, signal));
        const next = nextRequest(current, response, followed);
        if (next === undefined) {
          // What is not a success is shown, in one way or another.
          return response.status < 300 ? response : redactedResponse(response, await redactorFor(current));
        }
        current = next;
      }
    },
    close: dispatchers.close,
  };
}

/** The answer as text. A status that says that something was created is the truth, also when the content cannot be read. */
async function readAnswer({ status, headers, bytes, failure }: RawAnswer, url: URL): Promise<HttpResponse> {
  try {
    if (failure !== undefined) throw failure;
    const content = await decodeContent(bytes, headers, url);
    return { status, headers, body: decodeUtf8(content), bytes: content, url };
  } catch (error) {
    if (status !== 201 || !(error instanceof TransportError)) throw error;
    return { status, headers, body: '', unreadable: error.message, bytes, url };
  }
}

interface Dispatchers {
  readonly get: (url: URL, proxy: HttpProxy | undefined) => Promise<Dispatcher>;
  readonly close: () => Promise<void>;
}

/** The one place where connections are made. What a proxy takes is loaded when there is one. */
function createDispatchers(timeoutMs: number, authorities: HttpClientOptions['authorities']): Dispatchers {
  // Ends connections that are still being made, which undici itself would wait for.
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const trust = once(async () => {
    const ca = await authorities?.();
    return ca && { ca: [...ca] };
  });
  // The time limit is the exchange's own: undici's are for silences and as coarse as a second.
  const agent = (tls: object = {}) =>
    new Agent({ connect: { timeout: timeoutMs, signal: closing.signal, lookup, ...tls }, headersTimeout: 0, bodyTimeout: 0 });
  const plain = once(() => agent());
  const made = new Map<string, Dispatcher>();
  const kept = (key: string, make: () => Dispatcher): Dispatcher => {
    const dispatcher = made.get(key) ?? make();
    made.set(key, dispatcher);
    return dispatcher;
  };
  return {
    async get({ protocol }, proxy) {
      const tls = protocol === 'https:' || proxy?.origin.startsWith('https:') ? await trust() : undefined;
      if (proxy === undefined) return tls === undefined ? plain() : kept('', () => agent(tls));
      const { createProxyDispatcher } = await import('./proxy-tunnel.ts');
      return kept(proxy.origin, () => createProxyDispatcher(proxy, { timeoutMs, closing: closing.signal, tls }));
    },
    async close() {
      closing.abort();
      await Promise.all([...(plain.made() ? [plain()] : []), ...made.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function describe(outcome: Outcome, { origin }: URL): string {
  return 'failure' in outcome ? outcome.failure.message : `${origin} answers with status ${outcome.status}`;
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
