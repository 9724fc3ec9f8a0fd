import type { Clock } from '../../edges.ts';
import { CliError, isCliError } from '../../errors.ts';
import { type Instance, isOwnedBy } from '../instance.ts';
import { interruptedWith } from '../interrupted.ts';
import type { NewInstance } from '../provider.ts';
import { takenHandle } from './handle-taken.ts';

/** Milliseconds before each look: the server may still be working on what it was sent. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000];

export interface LostInstance {
  readonly organizationId: string;
  /** What was sent. */
  readonly instance: NewInstance;
  /** The `unknown_outcome` that the create ended with. */
  readonly lost: CliError;
  /** The instance of the organization with exactly this handle. */
  readonly lookUp: (handle: string) => Promise<Instance | undefined>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Finds out what became of an instance whose create got no usable answer. Handles are unique and never change (contract section 3.2), so
 * whatever has this one tells: returns the instance when it was created. Throws `conflict` when the handle belongs to another one,
 * `unavailable` when the server, asked several times, does not have it, and the `unknown_outcome` itself when the server cannot be asked; an
 * interruption says with its own code what the `unknown_outcome` says.
 */
export async function findLostInstance({ organizationId, instance, lost, lookUp, clock, signal }: LostInstance): Promise<Instance> {
  const { name, handle } = instance;
  const { status, requestId } = lost;
  const unanswered = (error: unknown) => {
    if (signal.aborted) return interruptedWith(signal.reason, lost);
    return isCliError(error) ? lost : error;
  };
  const look = async (wait: number) => {
    if (wait > 0) await clock.sleep(wait, signal);
    return lookUp(handle);
  };
  for (const wait of WAITS_MS) {
    const found = await look(wait).catch((error) => {
      throw unanswered(error);
    });
    if (found?.name === name && isOwnedBy(found, organizationId)) return found;
    if (found) throw takenHandle(handle, { status, requestId, cause: lost });
  }
  const what = `instance ${JSON.stringify(name)} (handle ${handle})`;
  throw new CliError('unavailable', `${what} was not created: the answer was lost, and organization ${organizationId} does not have it`, {
    hint: 'safe to run again; --debug shows what went wrong',
    status,
    requestId,
    cause: lost,
  });
}
