import type { HttpRequest, HttpResponse } from './client.ts';
import { retryAfter } from './retry-after.ts';
import type { TransportError, TransportFailure } from './transport-error.ts';

const MAX_RETRIES = 3;

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
/** A server that wants a longer wait than this, in milliseconds, is not waited for: the command says when to come back. */
const LONGEST_WAIT_MS = 60_000;

/** Too many requests, and the answers of a gateway or server that is away for the moment. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A certificate does not become trusted, nor an answer smaller, by asking again. */
const LASTING: ReadonlySet<TransportFailure> = new Set(['tls', 'untrusted', 'too_large', 'malformed', 'redirect', 'proxy']);

/** How an attempt ended: without a whole answer, or with one. */
export type Outcome = { readonly failure: TransportError } | Pick<HttpResponse, 'status' | 'headers'>;

export interface Attempt {
  readonly method: HttpRequest['method'];
  /** Whether nothing is lost by sending it twice, whatever its method. */
  readonly safe?: boolean | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly outcome: Outcome;
  /** Whether the outcome is an answer which says that the request had no effect. */
  readonly isRefused?: boolean | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** Milliseconds that are left for the wait and what comes after it; no bound when absent. */
  readonly leftMs?: number | undefined;
}

/**
 * Milliseconds to wait before the request is repeated, or undefined when it must not be. Pure.
 * GET, HEAD and what else is safe are repeated after failures and answers that pass by themselves, every other method only when nothing was sent
 * or the answer says that it had no effect. Waits are exponential with full jitter; a `Retry-After` is kept to exactly, or not at all when it
 * is longer than 60 s. No wait is as long as `leftMs`.
 */
export function retryDelay(attempt: Attempt): number | undefined {
  const { outcome, now, random, leftMs = Number.POSITIVE_INFINITY } = attempt;
  if (attempt.attempt > MAX_RETRIES || !isRepeatable(attempt)) {
    return undefined;
  }
  const asked = 'failure' in outcome ? undefined : retryAfter(outcome.headers, now);
  const wait = asked ?? Math.floor(random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt.attempt - 1)));
  return wait > LONGEST_WAIT_MS || wait >= leftMs ? undefined : wait;
}

function isRepeatable({ method, safe, outcome, isRefused = false }: Attempt): boolean {
  const isRead = safe === true || method === 'GET' || method === 'HEAD';
  if ('failure' in outcome) {
    return !LASTING.has(outcome.failure.kind) && (isRead || !outcome.failure.mayHaveBeenReceived);
  }
  return isRefused || (isRead && PASSING.has(outcome.status));
}
