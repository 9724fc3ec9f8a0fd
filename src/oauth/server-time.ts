import type { Clock } from '../edges.ts';
import { isWrongClock, type ServerClock, wrongClock } from '../http/server-clock.ts';
import type { GrantOutcome } from './machine-grant.ts';
import { isPassing } from './protocol-failure.ts';

/**
 * The time to sign by, in milliseconds since the epoch, where nothing may be sent twice, as with a code or a refresh token: the server's own, as
 * soon as its answers show that our clock is wrong.
 */
export function timeToSign(clock: Pick<Clock, 'now'>, serverClock: ServerClock): number {
  const aheadMs = serverClock.oursIsAheadMs();
  return clock.now() - (isWrongClock(aheadMs) ? aheadMs : 0);
}

/** The time that assertions are signed by: our own, until a server refuses one while its clock is another. */
export interface AssertionTime {
  /** How far our clock is ahead of the time to sign by, in milliseconds. */
  readonly aheadMs: () => number;
  /** Asks, and once more by the server's time when the times in the assertion may be why it refuses; that is done once in all. */
  readonly inTime: (ask: () => Promise<GrantOutcome>) => () => Promise<GrantOutcome>;
  /** That our clock is wrong, in words, once assertions are signed by the server's time. */
  readonly wrongClock: (issuer: string) => string | undefined;
}

export function assertionTime(serverClock: ServerClock | undefined): AssertionTime {
  let aheadMs = 0;
  return {
    aheadMs: () => aheadMs,
    inTime: (ask) => async () => {
      const outcome = await ask();
      const difference = serverClock?.oursIsAheadMs() ?? 0;
      if (aheadMs !== 0 || !isWrongClock(difference) || !mayBeOfTime(outcome)) return outcome;
      aheadMs = difference;
      return ask();
    },
    wrongClock: (issuer) => wrongClock(aheadMs, new URL(issuer)),
  };
}

/** Errors that are about the form of a request (RFC 6749 section 5.2), not about what was presented. */
const OF_FORM: ReadonlySet<string> = new Set(['unsupported_grant_type', 'invalid_scope']);

/** What ZITADEL answers to an assertion that it does not accept (contract section 10.2). */
const SERVER_ERROR = 500;

function mayBeOfTime(outcome: GrantOutcome): boolean {
  if (outcome.kind === 'issued') return false;
  const { failure } = outcome;
  if (failure.kind === 'http_status') return failure.status === SERVER_ERROR || !isPassing(failure);
  return failure.kind === 'oauth_error' && !isPassing(failure) && !OF_FORM.has(failure.error);
}
