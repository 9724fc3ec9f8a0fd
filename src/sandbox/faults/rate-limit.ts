import type { Clock } from '../../edges.ts';

/** Decides whether a request may pass: 0, or the seconds (whole, for `Retry-After`) after which the next one may. */
export type RateLimit = () => number;

/** At most that many requests a second, and as many at once after a pause (a token bucket). */
export function createRateLimit(requestsPerSecond: number, clock: Clock): RateLimit {
  let tokens = requestsPerSecond;
  let refilledAt = clock.now();
  return () => {
    const now = clock.now();
    tokens = Math.min(requestsPerSecond, tokens + (Math.max(0, now - refilledAt) / 1000) * requestsPerSecond);
    refilledAt = now;
    if (tokens < 1) return Math.ceil((1 - tokens) / requestsPerSecond);
    tokens -= 1;
    return 0;
  };
}
