import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import type { Help } from '../hint.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly milliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Does the work that waits for a person, until this time at the latest, in milliseconds since the Unix epoch. */
export type WhileWaiting = <T>(end: number, work: () => Promise<T>) => Promise<T>;

/**
 * Settles as `work` does, unless the time is over first (then as `expired` returns or throws) or the signal is aborted (then with its
 * reason). The signal that `work` receives is aborted as soon as nobody waits for it any more. Leaves no timer behind.
 */
export async function withTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, milliseconds, signal }: TimeLimit,
  expired: () => T,
): Promise<T> {
  const settled = new AbortController();
  const ended = AbortSignal.any(signal ? [signal, settled.signal] : [settled.signal]);
  const limit = clock.sleep(milliseconds, ended).then(expired);
  try {
    return await Promise.race([work(ended), limit]);
  } finally {
    settled.abort();
  }
}

/** The end of a sign-in for which nobody came in time. */
export function nobodyCame(milliseconds: number, hint: Help): CliError {
  return new CliError('timeout', `nobody finished signing in within ${spokenTime(milliseconds)}`, { hint });
}

/** A time in words: `40 s`, `5 minutes`. Pure. */
export function spokenTime(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}
