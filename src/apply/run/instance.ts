import { CliError, detailsOf, isCliError } from '../../errors.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import type { ManifestInstance } from '../customer.ts';
import { backoffMs, endingOf, type Sender, sendChange, sendRead } from './request.ts';

/** How often a create is sent whose outcome is open: its handle proves what became of it. */
const TRIES = 8;

export interface InstanceRequest {
  readonly key: string;
  readonly organizationId: string;
  readonly instance: ManifestInstance;
  /** A create of an earlier run had no answer. */
  readonly wasSent: boolean;
}

export interface MadeInstance {
  readonly id: string;
  /** It was there before. */
  readonly isOld: boolean;
}

/**
 * Makes an instance, or finds out that it is there. One create may be sent several times, since its handle is unique and never changes: a
 * handle that is taken after that is looked up in the organization. Throws `conflict` when something else has it, `unknown_outcome` when the server
 * cannot be asked, the other errors of a create, and the reason of the stop.
 */
export async function makeInstance(sender: Sender, service: SingleRequests, request: InstanceRequest): Promise<MadeInstance> {
  const { journal, clock, stopped } = sender;
  const { key, organizationId, instance, wasSent } = request;
  const { handle, name } = instance;
  const subject = { of: 'instance', key, organization: organizationId, handle, name } as const;
  const idempotencyKey = journal.idempotencyKey('instance', key, handle);
  const found = (id: string, n?: number) =>
    journal.write({ type: 'instance', key, organization: organizationId, handle, id, ...(n !== undefined && { n }) });
  let lost: CliError | undefined;

  async function lookUp(): Promise<MadeInstance | undefined> {
    const there = await sendRead(sender, () => service.findInstance(organizationId, handle));
    if (there === undefined) return undefined;
    found(there.id);
    return { id: there.id, isOld: lost === undefined && !wasSent };
  }

  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      const { value, n } = await sendChange(sender, subject, {
        idempotencyKey,
        send: (sending) => service.createInstance(organizationId, { name, handle }, sending),
      });
      found(value.id, n);
      return { id: value.id, isOld: false };
    } catch (thrown) {
      const { ending, error } = endingOf(thrown);
      if (stopped.aborted) throw lost ?? error;
      if (error.code === 'conflict') {
        const there = await lookUp();
        if (there) return there;
        throw error;
      }
      if (ending !== 'lost') throw error;
      lost = error;
      await clock.sleep(backoffMs(tries), stopped).catch(() => {
        throw error;
      });
    }
  }
  const there = await lookUp().catch((error) => {
    throw isCliError(error) ? (lost ?? error) : error;
  });
  if (there) return there;
  throw new CliError('unavailable', `instance ${JSON.stringify(name)} (handle ${handle}) was not created: the server fails at it`, {
    ...(lost && detailsOf(lost)),
    hint: 'safe to run again; --debug shows what went wrong',
  });
}
