import { CliError } from '../../errors.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { PlannedCustomer } from '../plan.ts';
import { backoffMs, endingOf, type Sender, sendChange, sendRead } from './request.ts';

/** How often a create is sent that the server does once for its idempotency key. */
const TRIES = 8;

/** An organization that a run has made or looked at. */
export interface HandledOrganization {
  readonly id: string;
  readonly status: 'created' | 'renamed' | 'unchanged';
  /** It was made, but the journal could not take its id: nothing more may be sent. */
  readonly unsaved?: CliError;
}

/**
 * Creates the organization of a customer. Without keys that the server honours it is sent once. Throws `unknown_outcome` when nobody can know
 * whether it happened, the other errors of a create, and the reason of the stop.
 */
export async function createOrganization(
  sender: Sender,
  service: SingleRequests,
  { customer: { key, name }, reliesOnKeys }: { readonly customer: PlannedCustomer['customer']; readonly reliesOnKeys: boolean },
): Promise<HandledOrganization> {
  const { journal, clock, stopped } = sender;
  const idempotencyKey = journal.idempotencyKey('organization', key);
  // The same key has to come with the same request.
  const sent = journal.history.openCreate(key)?.name ?? name;
  for (let tries = 1; ; tries += 1) {
    try {
      const { value, n } = await sendChange(
        sender,
        { of: 'organization', key, name: sent },
        { idempotencyKey, send: (sending) => service.createOrganization(sent, sending) },
      );
      const unsaved = noteCreated(sender, { type: 'organization', key, id: value.id, name: sent, n });
      return { id: value.id, status: 'created', ...(unsaved && { unsaved }) };
    } catch (thrown) {
      const { ending, error } = endingOf(thrown);
      if (ending !== 'lost' || !reliesOnKeys || tries >= TRIES || stopped.aborted) throw error;
      await clock.sleep(backoffMs(tries), stopped).catch(() => {
        throw error;
      });
    }
  }
}

/** Its id is in no other place yet: where it cannot be written, the run is stopped with the error that is returned, which says the id. */
function noteCreated({ journal, stop }: Sender, record: Extract<JournalRecord, { readonly type: 'organization' }>): CliError | undefined {
  try {
    journal.write(record);
    return undefined;
  } catch (thrown) {
    const { error } = endingOf(thrown);
    const said = new CliError(error.code, `organization ${record.id} was created for ${JSON.stringify(record.key)}, but ${error.message}`);
    stop(said);
    return said;
  }
}

/**
 * Gives an organization the name of the manifest, unless the server has another one than the run was planned with. Throws `conflict` then, the
 * errors of reading and renaming, and the reason of the stop.
 */
export async function renameOrganization(
  sender: Sender,
  service: SingleRequests,
  { customer: { key, name }, currentName }: PlannedCustomer,
  id: string,
): Promise<HandledOrganization> {
  const there = await sendRead(sender, () => service.getOrganization(id));
  if (there.name === name) {
    sender.journal.write({ type: 'organization', key, id, name });
    return { id, status: 'unchanged' };
  }
  if (currentName !== undefined && there.name !== null && there.name !== currentName) {
    throw new CliError(
      'conflict',
      `organization ${id} was renamed to ${JSON.stringify(there.name)} on the server, and to ${JSON.stringify(name)} in the manifest`,
      { hint: 'give it one of the two names in both places' },
    );
  }
  const { n } = await sendChange(
    sender,
    { of: 'rename', key, organization: id, name },
    { send: (sending) => service.renameOrganization(id, name, sending) },
  );
  sender.journal.write({ type: 'organization', key, id, name, n });
  return { id, status: 'renamed' };
}

/** Deletes an organization that this run has made, and that has no instance. Throws the errors of a delete, and the reason of the stop. */
export async function deleteOrganization(sender: Sender, service: SingleRequests, key: string, id: string): Promise<void> {
  let n: number | undefined;
  try {
    ({ n } = await sendChange(
      sender,
      { of: 'delete', key, organization: id },
      { send: (sending) => service.deleteOrganization(id, sending) },
    ));
  } catch (thrown) {
    // It was deleted by a request whose answer was lost.
    if (endingOf(thrown).error.code !== 'not_found') throw thrown;
  }
  sender.journal.write({ type: 'absent', key, why: 'deleted', ...(n !== undefined && { n }) });
}
