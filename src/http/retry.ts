import type { HttpRequest, HttpResponse } from './client.ts';
import type { TransportError, TransportFailure } from './transport-error.ts';

const MAX_RETRIES = 3;

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
const MAX_RETRY_AFTER_MS = 60_000;

/** Too many requests, and the answers of a gateway or server that is away for the moment. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A certificate does not become trusted, nor an answer smaller, by asking again. */
const LASTING: ReadonlySet<TransportFailure> = new Set(['tls', 'too_large', 'malformed', 'redirect', 'proxy']);

/** How an attempt ended: without a whole answer, or with one. */
export type Outcome = { readonly failure: TransportError } | Pick<HttpResponse, 'status' | 'headers'>;

export interface Attempt {
  readonly method: HttpRequest['method'];
  /** Whether nothing is lost by sending it twice, whatever its method. */
  readonly safe?: boolean | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly outcome: Outcome;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** Milliseconds that are left for a wait that the server asks for; no bound when absent. */
  readonly leftMs?: number | undefined;
}

/**
 * Milliseconds to wait before the request is repeated, or undefined when it must not be. Pure.
 * GET, HEAD and what else is safe are repeated after failures and answers that pass by themselves, every other method only when nothing was sent.
 * Waits are exponential with full jitter; a `Retry-After` is kept to exactly, up to 60 s, or not at all when it is longer than `leftMs`.
 */
export function retryDelay({
  method,
  safe,
  attempt,
  outcome,
  now,
  random,
  leftMs = Number.POSITIVE_INFINITY,
}: Attempt): number | undefined {
  const isRead = safe === true || method === 'GET' || method === 'HEAD';
  if (attempt > MAX_RETRIES || !isRepeatable(isRead, outcome)) {
    return undefined;
  }
  const asked = 'failure' in outcome ? undefined : retryAfter(outcome.headers, now);
  if (asked !== undefined) {
    const wait = Math.min(asked, MAX_RETRY_AFTER_MS);
    return wait > leftMs ? undefined : wait;
  }
  return Math.floor(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1)));
}

function isRepeatable(isRead: boolean, outcome: Outcome): boolean {
  if ('failure' in outcome) {
    return !LASTING.has(outcome.failure.kind) && (isRead || !outcome.failure.mayHaveBeenReceived);
  }
  return isRead && PASSING.has(outcome.status);
}

/** The three forms of an HTTP date (RFC 9110 section 5.6.7). */
const HTTP_DATE = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Milliseconds that the answer's `Retry-After` asks to wait from `now` (RFC 9110 section 10.2.3): seconds or a date, 0 for a date in
 * the past. Undefined when there is none or it is neither. Not capped. Pure.
 */
export function retryAfter(headers: HttpResponse['headers'], now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) {
    return Number(value) * 1000;
  }
  if (!HTTP_DATE.some((form) => form.test(value))) {
    return undefined;
  }
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
