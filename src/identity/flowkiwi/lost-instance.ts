import { CliError } from '../../errors.ts';
import { type Instance, isOwnedBy } from '../instance.ts';
import { type Lost, lookForLost } from '../look-for-lost.ts';
import type { NewInstance } from '../provider.ts';
import { takenHandle } from './handle-taken.ts';

export interface LostInstance extends Omit<Lost<Instance>, 'lookUp'> {
  readonly organizationId: string;
  /** What was sent. */
  readonly instance: NewInstance;
  /** The instance of the organization with exactly this handle. */
  readonly lookUp: (handle: string) => Promise<Instance | undefined>;
}

/**
 * Finds out what became of an instance whose create got no usable answer. Handles are unique and never change (contract section 3.2), so
 * whatever has this one tells: returns the instance when it was created. Throws `conflict` when the handle belongs to another one,
 * `unavailable` when the server, asked several times, does not have it, and what `lookForLost` throws when the server cannot be asked.
 */
export async function findLostInstance({ organizationId, instance, lookUp, ...asking }: LostInstance): Promise<Instance> {
  const { name, handle } = instance;
  const { lost } = asking;
  const { status, requestId } = lost;
  const found = await lookForLost({ ...asking, lookUp: () => lookUp(handle) });
  if (found?.name === name && isOwnedBy(found, organizationId)) return found;
  if (found) throw takenHandle(handle, { status, requestId, cause: lost });
  const what = `instance ${JSON.stringify(name)} (handle ${handle})`;
  throw new CliError('unavailable', `${what} was not created: the answer was lost, and organization ${organizationId} does not have it`, {
    hint: 'safe to run again; --debug shows what went wrong',
    status,
    requestId,
    cause: lost,
  });
}
