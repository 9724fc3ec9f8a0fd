import type { Clock } from '../../edges.ts';
import { type CliError, isCliError } from '../../errors.ts';
import { TransportError } from '../../http/transport-error.ts';
import type { Sending } from '../../identity/single-requests.ts';
import type { Journal } from '../journal/journal.ts';
import type { Subject } from '../journal/record.ts';
import type { Pace } from './pace.ts';

/**
 * How a request ended that did not do what it should. `refused`: nothing happened, and another time it would be the same. `passing`: nothing
 * happened, and it is to be sent again. `lost`: nobody can know. `fatal`: nothing happened, nor would with any other.
 */
export type Ending = 'refused' | 'passing' | 'lost' | 'fatal';

/** What a run sends with. */
export interface Sender {
  readonly pace: Pace;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Aborted when nothing more may be sent; its reason is a `CliError`. */
  readonly stopped: AbortSignal;
  /** Why no more organizations are created, although the run goes on; undefined as long as they are. */
  readonly halted: () => CliError | undefined;
  /** Stops the run for good. */
  readonly stop: (error: CliError) => void;
  readonly onEvent: (event: { readonly event: 'intent' | 'retry'; readonly subject: Subject; readonly why?: string }) => void;
}

/** How often a request is sent that does not get to the server, or a read that it fails at. */
const FAILED_TRIES = 5;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** What an error of a request means. A bug of ours is none of them, and is thrown. Pure. */
export function endingOf(error: unknown): { readonly ending: Ending; readonly error: CliError } {
  if (!isCliError(error)) throw error;
  return { ending: endingOfError(error), error };
}

function endingOfError(error: CliError): Ending {
  const { cause } = error;
  switch (error.code) {
    case 'unknown_outcome':
    case 'timeout':
    case 'interrupted':
    case 'terminated':
    case 'hangup':
    case 'quit':
      return 'lost';
    case 'auth':
      return 'fatal';
    case 'rate_limited':
      return 'passing';
    case 'unavailable':
      return cause instanceof TransportError && (cause.kind === 'tls' || cause.kind === 'untrusted') ? 'fatal' : 'passing';
    default:
      return 'refused';
  }
}

/** What came of a change, and the number of its intent. */
interface Sent<T> {
  readonly value: T;
  readonly n: number;
}

/**
 * Sends what changes something, once a turn: says so in the journal, and sends it when that is on the disk. What the server refuses for now is
 * sent again, for as long as the run goes on. Throws the error of any other ending, the reason of the stop or the halt, and the error of the
 * journal.
 */
export async function sendChange<T>(
  sender: Sender,
  subject: Subject,
  { idempotencyKey, send }: { readonly idempotencyKey?: string | undefined; readonly send: (sending: Sending) => Promise<T> },
): Promise<Sent<T>> {
  const { pace, journal, clock, halted, stop, onEvent } = sender;
  async function sendOnce(n: number): Promise<Sent<T> | { readonly ending: Ending; readonly error: CliError }> {
    onEvent({ event: 'intent', subject });
    const begun = clock.now();
    try {
      const value = await send({ idempotencyKey, onSending: () => journal.leave(n) });
      pace.answered(clock.now() - begun);
      return { value, n };
    } catch (thrown) {
      const failure = journal.failure();
      if (failure !== undefined) {
        stop(failure);
        throw failure;
      }
      const { ending, error } = endingOf(thrown);
      if (ending !== 'lost') journal.write({ type: 'refused', n, code: error.code, passing: ending !== 'refused' });
      if (ending === 'refused') pace.answered(clock.now() - begun);
      return { ending, error };
    }
  }

  for (let failed = 0; ; ) {
    let intended: number | undefined;
    const outcome = await pace
      .inTurn(
        async () => {
          intended = await journal.intend(subject, idempotencyKey);
          return intended;
        },
        (n) => {
          const halt = subject.of === 'organization' ? halted() : undefined;
          if (halt) throw halt;
          intended = undefined;
          return sendOnce(n);
        },
      )
      .catch((error: unknown) => {
        // It was stopped before it was sent.
        if (intended !== undefined && journal.failure() === undefined) {
          journal.write({ type: 'refused', n: intended, code: 'unavailable', passing: true });
        }
        throw error;
      });
    if ('n' in outcome) return outcome;
    const { ending, error } = outcome;
    if (ending !== 'passing') throw error;
    failed = asksToWait(error) ? 0 : failed + 1;
    if (failed >= FAILED_TRIES) throw error;
    pace.pause(error.message, error.retryAfter);
    onEvent({ event: 'retry', subject, why: error.message });
  }
}

/** Sends a read again while it fails in a way that passes. Throws the error of any other ending, and the reason of the stop. */
export async function sendRead<T>(
  { pace, clock, stopped }: Pick<Sender, 'pace' | 'clock' | 'stopped'>,
  read: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (thrown) {
      const { ending, error } = endingOf(thrown);
      if (ending !== 'passing') throw error;
      if (asksToWait(error)) pace.pause(error.message, error.retryAfter);
      else if (tries >= FAILED_TRIES) throw error;
      else await clock.sleep(backoffMs(tries), stopped);
    }
  }
}

/** Whether the server could not be reached, again and again. */
export function isUnreachable({ cause }: CliError): boolean {
  return cause instanceof TransportError && !cause.mayHaveBeenReceived;
}

function asksToWait({ code, status }: CliError): boolean {
  return code === 'rate_limited' || status === 503;
}

/** Milliseconds before another try, counted from 1. */
export function backoffMs(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
}
