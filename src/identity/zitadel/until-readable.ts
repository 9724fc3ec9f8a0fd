import type { Clock } from '../../edges.ts';
import { isCliError } from '../../errors.ts';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;

export interface Patience {
  /** Longest wait in all, in milliseconds. */
  readonly limitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads what was created a moment ago again and again while it is not there yet: reads come from projections that lag behind what is
 * written (contract section 6). Undefined when the time runs out. Throws what the read throws, but for `not_found`.
 */
export async function untilReadable<T>(read: () => Promise<T>, { limitMs, clock, signal }: Patience): Promise<T | undefined> {
  const end = clock.now() + limitMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await read();
    } catch (error) {
      if (!isCliError(error) || error.code !== 'not_found') throw error;
    }
    const left = end - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(wait, left), signal);
  }
}
