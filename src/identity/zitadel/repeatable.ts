import type { Clock } from '../../edges.ts';
import { isCliError } from '../../errors.ts';
import { hasErrorId } from './problem.ts';

/** Milliseconds before a removal is sent again. */
const REPEATS_MS = [250, 1_000, 2_000];

/** What came of a removal: there was nothing to remove when it has `nothing`. */
export type Removal = 'removed' | 'nothing';

export interface RemovalOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that are left; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
}

/**
 * Sends a removal, and again when its answer is lost. A server that has nothing to remove then has removed it the time before. Throws what
 * `remove` throws, the last `unavailable` when no answer comes.
 */
export async function removeOnce(remove: () => Promise<Removal>, { clock, signal, leftMs }: RemovalOptions): Promise<Removal> {
  const waits = [...REPEATS_MS];
  for (let isRepeated = false; ; isRepeated = true) {
    try {
      const removal = await remove();
      return isRepeated ? 'removed' : removal;
    } catch (error) {
      if (!isCliError(error) || error.code !== 'unavailable' || signal.aborted) throw error;
      const wait = waits.shift();
      if (wait === undefined || wait >= (leftMs?.() ?? Number.POSITIVE_INFINITY)) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/** A removal whose server refuses to remove what is not there. */
export async function removalOf(perform: () => Promise<void>): Promise<Removal> {
  try {
    await perform();
    return 'removed';
  } catch (error) {
    if (isCliError(error) && error.code === 'not_found') return 'nothing';
    throw error;
  }
}

/** Carries out what the server refuses with this error when it is so already. Returns whether something was done. */
export async function performUnless(already: string, perform: () => Promise<void>): Promise<boolean> {
  try {
    await perform();
    return true;
  } catch (error) {
    if (hasErrorId(error, already)) return false;
    throw error;
  }
}
