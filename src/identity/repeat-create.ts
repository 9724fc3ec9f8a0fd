import type { Clock } from '../edges.ts';
import { type CliError, isCliError } from '../errors.ts';
import { interruptedWith } from './look-for-lost.ts';

/** Milliseconds before a create is sent again. */
const REPEATS_MS = [250, 500, 1_000];
/** Milliseconds before each look for what has the name: a listing may lag. */
const LOOKS_MS = [0, 500, 1_000, 2_000];

/** A create of something with a name that nothing else can have, so that it cannot be made twice. */
export interface UniqueCreate<T> {
  /** Sends it. Throws `unknown_outcome` when nobody can know whether it has happened, `conflict` when the name is taken. */
  readonly create: () => Promise<T>;
  /** What has the name now; undefined when nothing has, as far as the caller can see. */
  readonly lookUp: () => Promise<T | undefined>;
  /** Whether what has the name was made by this create. */
  readonly isOurs: (found: T) => boolean;
  /** The error when something else has the name, in place of another one. */
  readonly taken: (error: CliError) => CliError;
  /** The error when it was not created, in place of the `unknown_outcome`. */
  readonly notCreated: (error: CliError) => CliError;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that are left; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
}

/**
 * Sends a create again while its outcome is open, and finds out at the end what has become of it. A name that is taken by then tells: what has
 * it is ours, or somebody else's. Throws what `create` throws the first time, `taken`, `notCreated`, and the `unknown_outcome` when the server
 * cannot be asked; an interruption says with its own code what the `unknown_outcome` says.
 */
export async function repeatCreate<T>(options: UniqueCreate<T>): Promise<T> {
  const { create, clock, signal, leftMs } = options;
  const waits = [...REPEATS_MS];
  for (let open: CliError | undefined; ; ) {
    try {
      return await create();
    } catch (error) {
      if (signal.aborted && open) throw interruptedWith(signal.reason, open);
      if (!isCliError(error) || (error.code !== 'unknown_outcome' && open === undefined)) throw error;
      if (error.code !== 'unknown_outcome' && open) return settle(options, { open, last: error });
      open = error;
    }
    const wait = waits.shift();
    if (wait === undefined || wait >= (leftMs?.() ?? Number.POSITIVE_INFINITY)) return settle(options, { open, last: undefined });
    try {
      await clock.sleep(wait, signal);
    } catch (reason) {
      throw interruptedWith(reason, open);
    }
  }
}

interface OpenCreate {
  /** The `unknown_outcome` of the last time that it was so. */
  readonly open: CliError;
  /** How the last time ended, if not so. */
  readonly last: CliError | undefined;
}

async function settle<T>(options: UniqueCreate<T>, { open, last }: OpenCreate): Promise<T> {
  const { isOurs, taken, notCreated } = options;
  const found = await look(options, { open, last });
  if (found === undefined) throw last ?? notCreated(open);
  if (isOurs(found)) return found;
  throw taken(last ?? open);
}

/** Looks for what has the name: again when the server fails, and when it says that something has it but shows nothing. */
async function look<T>({ lookUp, clock, signal, leftMs }: UniqueCreate<T>, { open, last }: OpenCreate): Promise<T | undefined> {
  let hasFailed = false;
  for (const wait of LOOKS_MS) {
    if (wait > 0 && wait >= (leftMs?.() ?? Number.POSITIVE_INFINITY)) break;
    try {
      if (wait > 0) await clock.sleep(wait, signal);
      const found = await lookUp();
      if (found !== undefined || last?.code !== 'conflict') return found;
      hasFailed = false;
    } catch (error) {
      if (signal.aborted) throw interruptedWith(signal.reason, open);
      if (!isCliError(error)) throw error;
      if (error.code !== 'unavailable') throw open;
      hasFailed = true;
    }
  }
  if (hasFailed) throw open;
  return undefined;
}
