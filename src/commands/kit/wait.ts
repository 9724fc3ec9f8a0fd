import type { Context } from '../../context/context.ts';
import { CliError, type ErrorCode, isCliError } from '../../errors.ts';

/** How long what was created a moment ago is waited for when `--timeout` does not say, in milliseconds. */
const PATIENCE_MS = 15_000;

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;

/** What a search finds, asked again while it finds nothing: searches lag behind what is written. Undefined when the time runs out. */
export function waitUntilFound<T>(context: Context, find: () => Promise<T | undefined>): Promise<T | undefined> {
  const read = async () => {
    const found = await find();
    if (found !== undefined) return found;
    throw new CliError('not_found', 'nothing is found');
  };
  return waitUntilReadable(context, read);
}

/**
 * Reads what was created a moment ago again and again while it is not there yet: reads come from projections that lag behind what is
 * written (contract section 6). Undefined when the time runs out, also in the middle of a read. Throws what the read throws, but for `not_found`.
 */
export function waitUntilReadable<T>(context: Context, read: () => Promise<T>): Promise<T | undefined> {
  return context.activity.during('wait until what was created can be read', () => readAgain(context, read));
}

async function readAgain<T>({ edges, budget }: Context, read: () => Promise<T>): Promise<T | undefined> {
  const { clock, interruption } = edges;
  const end = clock.now() + (budget.leftMs() ?? PATIENCE_MS);
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await read();
    } catch (error) {
      const mayCome = hasCode(error, 'not_found') || (budget.leftMs() === 0 && hasCode(error, 'unavailable'));
      if (!mayCome) throw error;
    }
    const left = end - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(wait, left), interruption);
  }
}

/** Milliseconds that are waited in all. */
export function patience({ budget }: Pick<Context, 'budget'>): number {
  return budget.limitMs ?? PATIENCE_MS;
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return isCliError(error) && error.code === code;
}
