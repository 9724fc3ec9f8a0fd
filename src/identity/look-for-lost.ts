import type { Clock } from '../edges.ts';
import { CliError, isCliError } from '../errors.ts';
import type { Help } from '../hint.ts';

/** Milliseconds before each look: the server may still be working on what it was sent. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000];

export interface Lost<T> {
  /** The `unknown_outcome` that the create ended with. */
  readonly lost: CliError;
  /** Asks the server for what was to be created; undefined when it has none. */
  readonly lookUp: () => Promise<T | undefined>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that are left; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
}

/**
 * Looks several times for what a create without a usable answer may have made; undefined when the server does not have it. Throws the
 * `unknown_outcome` itself when the server cannot be asked, or the time is over; an interruption says with its own code what the `unknown_outcome` says.
 */
export async function lookForLost<T>({ lost, lookUp, clock, signal, leftMs }: Lost<T>): Promise<T | undefined> {
  for (const wait of WAITS_MS) {
    if (wait >= (leftMs?.() ?? Number.POSITIVE_INFINITY)) throw lost;
    try {
      if (wait > 0) await clock.sleep(wait, signal);
      const found = await lookUp();
      if (found !== undefined) return found;
    } catch (error) {
      if (signal.aborted) throw interruptedWith(signal.reason, lost);
      throw isCliError(error) ? lost : error;
    }
  }
  return undefined;
}

/** What a person who stops a command has to know: what may have happened, and how to find out. */
interface Unsettled {
  readonly message: string;
  readonly hint: Help | undefined;
}

/** The reason of an interruption, saying as well what it leaves unsettled; a reason that is no `CliError` is a bug of ours, and stays. */
export function interruptedWith(reason: unknown, { message, hint }: Unsettled): unknown {
  return reason instanceof CliError ? new CliError(reason.code, `${reason.message}: ${message}`, { hint }) : reason;
}
