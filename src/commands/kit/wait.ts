import type { Context } from '../../context/context.ts';
import type { Clock } from '../../edges.ts';
import { CliError, isCliError } from '../../errors.ts';

/** How long what was created a moment ago is waited for when `--timeout` does not say, in milliseconds. */
const PATIENCE_MS = 15_000;

/** What a search finds, asked again while it finds nothing: searches lag behind what is written. Undefined when the time runs out. */
export function waitUntilFound<T>(context: Context, find: () => Promise<T | undefined>): Promise<T | undefined> {
  const read = async () => {
    const found = await find();
    if (found !== undefined) return found;
    throw new CliError('not_found', 'nothing is found');
  };
  return waitUntilReadable(context, read);
}

/** What can be read once it is readable; undefined when the time runs out. */
export function waitUntilReadable<T>({ edges, options }: Context, read: () => Promise<T>): Promise<T | undefined> {
  return untilReadable(read, { limitMs: patience(options), clock: edges.clock, signal: edges.interruption });
}

/** Milliseconds that are waited. */
export function patience({ timeoutMs }: Context['options']): number {
  return timeoutMs ?? PATIENCE_MS;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;

interface Patience {
  /** Longest wait in all, in milliseconds. */
  readonly limitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads what was created a moment ago again and again while it is not there yet: reads come from projections that lag behind what is
 * written (contract section 6). Undefined when the time runs out. Throws what the read throws, but for `not_found`.
 */
async function untilReadable<T>(read: () => Promise<T>, { limitMs, clock, signal }: Patience): Promise<T | undefined> {
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
