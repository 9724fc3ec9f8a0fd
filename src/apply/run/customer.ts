import { CliError, withHint } from '../../errors.ts';
import { flowkiwi, type Hint, type Word } from '../../hint.ts';
import type { SingleRequests } from '../../identity/single-requests.ts';
import type { PlannedCustomer, PlannedInstance } from '../plan.ts';
import { makeInstance } from './instance.ts';
import { createOrganization, deleteOrganization, type HandledOrganization, renameOrganization } from './organization.ts';
import { endingOf, isUnreachable, type Sender } from './request.ts';
import type { RowResult, RowStatus } from './row.ts';

/** What the customers of a run share. */
export interface Work {
  readonly sender: Sender;
  readonly service: SingleRequests;
  /** Whether the server does a create with an idempotency key once. */
  readonly reliesOnKeys: boolean;
  /** The words of the command that goes on. */
  readonly resume: readonly Word[];
  readonly halt: (error: CliError) => void;
  /** Whether nothing was known before: a taken handle then means that there was another run. */
  readonly isFirstRun: boolean;
  /** Told when an instance is there, which shows that a first run is one. */
  readonly onInstance: () => void;
  readonly onMade: (made: Made) => void;
  readonly onRow: (result: RowResult) => void;
}

/** What was made or changed, once it is on the disk. */
export interface Made {
  readonly event: 'created' | 'renamed' | 'deleted';
  readonly kind: 'organization' | 'instance';
  readonly key: string;
  readonly id: string;
  readonly organizationId?: string;
  readonly name: string;
  readonly handle?: string;
}

interface Outcome {
  readonly status: RowStatus;
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly error?: CliError | undefined;
  readonly isAsPlanned?: boolean;
  readonly reason?: string | undefined;
  readonly help?: Hint | undefined;
}

/**
 * Does all that is planned for one customer, one request after the other, and tells of each of its rows. Never rejects but with a bug of ours.
 */
export async function handleCustomer(work: Work, planned: PlannedCustomer): Promise<void> {
  const { customer } = planned;
  const outcomes = await outcomesOf(work, planned);
  const rows = customer.instances.length === 0 ? [undefined] : customer.instances;
  rows.forEach((instance, index) => {
    const { status, organizationId, instanceId, error, reason, help, isAsPlanned = false } = outcomes[index] ?? { status: 'not_started' };
    const ids = { organizationId, instanceId };
    work.onRow({ row: instance?.row ?? customer.row, customer, instance, status, ...ids, error, reason, help, isAsPlanned });
  });
}

/** One for each row. */
async function outcomesOf(work: Work, planned: PlannedCustomer): Promise<readonly Outcome[]> {
  const { journal } = work.sender;
  try {
    if (planned.formerKey !== undefined) journal.write({ type: 'rekeyed', key: planned.formerKey, to: planned.customer.key });
    const organization = await handleOrganization(work, planned);
    if ('error' in organization || !('id' in organization)) return stoppedAtOrganization(planned, organization);
    const outcomes = await handleInstances(work, planned, organization);
    if (organization.status !== 'unchanged') await journal.durable();
    return outcomes;
  } catch (thrown) {
    const { error } = endingOf(thrown);
    work.sender.stop(error);
    return [{ status: 'failed', error }];
  }
}

/** The first row has what became of the organization, the others were not begun. */
function stoppedAtOrganization({ customer }: PlannedCustomer, first: Outcome): readonly Outcome[] {
  const rest = { status: 'not_started', organizationId: first.organizationId, reason: 'its organization is not there' } as const;
  return [first, ...customer.instances.slice(1).map(() => (first.status === 'not_started' ? first : rest))];
}

async function handleOrganization(work: Work, planned: PlannedCustomer): Promise<HandledOrganization | Outcome> {
  const { sender, service, reliesOnKeys, onMade } = work;
  const { customer, organization, organizationId, reason } = planned;
  const { key, name } = customer;
  const isAsPlanned = true;
  switch (organization) {
    case 'unknown':
      return { status: 'unknown', error: unknownOrganization(work, planned), reason, isAsPlanned, help: settlement(work, planned) };
    case 'refused':
      return { status: 'failed', organizationId, error: refusedByPlan(reason), isAsPlanned };
    case 'gone':
      return { status: 'failed', organizationId, error: goneOrganization(organizationId, reason), isAsPlanned };
    case 'unchanged':
      return organizationId === undefined ? { status: 'failed', reason } : { id: organizationId, status: 'unchanged' };
    case 'create':
    case 'rename':
      break;
  }
  const halt = sender.stopped.aborted ? endingOf(sender.stopped.reason).error : sender.halted();
  if (halt) return { status: 'not_started', organizationId, reason: halt.message };
  try {
    const handled =
      organization === 'rename' && organizationId !== undefined
        ? await renameOrganization(sender, service, planned, organizationId)
        : await createOrganization(sender, service, { customer, reliesOnKeys });
    if (handled.status !== 'unchanged') {
      const made = { event: handled.status, kind: 'organization', key, id: handled.id, name } as const;
      void sender.journal.durable().then(
        () => onMade(made),
        () => onMade(made),
      );
    }
    return handled.unsaved === undefined ? handled : unsavedOrganization(work, key, handled.id, handled.unsaved);
  } catch (thrown) {
    const isCreate = organization === 'create';
    return failed(work, thrown, { organizationId, isCreate, help: isCreate ? settlement(work, planned) : undefined });
  }
}

function refusedByPlan(reason = 'the manifest asks for what cannot be done'): CliError {
  return new CliError('conflict', reason);
}

function goneOrganization(id = '', reason = `there is no organization ${id}`): CliError {
  return new CliError('not_found', reason);
}

function goneInstance(handle: string, reason = `the instance ${handle} is no longer there`): CliError {
  return new CliError('not_found', reason);
}

/** What became of what failed; a refusal that all would meet stops the run. `help` is for a create whose end only a person can find out. */
function failed(
  { sender }: Pick<Work, 'sender'>,
  thrown: unknown,
  { help, isCreate, ...ids }: Pick<Outcome, 'organizationId' | 'help'> & { readonly isCreate: boolean },
): Outcome {
  const { stopped, stop, halted } = sender;
  if (stopped.aborted && thrown === stopped.reason) return { status: 'not_started', ...ids };
  const { ending, error } = endingOf(thrown);
  if (error === halted()) return { status: 'not_started', ...ids, reason: error.message };
  if (ending === 'lost') return { status: 'unknown', ...ids, error: help === undefined ? error : withHint(error, help), help };
  if (ending === 'fatal' || isUnreachable(error) || (isCreate && error.code === 'forbidden')) stop(error);
  return { status: 'failed', ...ids, error };
}

/** It is there, and only what is said here knows its id. */
function unsavedOrganization({ resume }: Pick<Work, 'resume'>, key: string, organizationId: string, error: CliError): Outcome {
  const help = {
    say: 'when the journal can be written again, run this before anything else',
    command: flowkiwi(...resume, '--adopt', `${key}=${organizationId}`),
  };
  return { status: 'failed', organizationId, error, help };
}

/** Nobody knows the end of its create. */
function unknownOrganization(work: Pick<Work, 'resume'>, planned: PlannedCustomer): CliError {
  const name = JSON.stringify(planned.customer.name);
  return new CliError('unknown_outcome', `organization ${name} may or may not have been created`, { hint: settlement(work, planned) });
}

/** How a person says what became of it. */
function settlement({ resume }: Pick<Work, 'resume'>, { customer: { key, name } }: PlannedCustomer): Hint {
  return {
    say: `look for ${JSON.stringify(name)} on Flowkiwi's website. If it is not there, say --assume-absent ${JSON.stringify(key)}; if it is, say so with its id in place of ID`,
    command: flowkiwi(...resume, '--adopt', `${key}=ID`),
  };
}

/** The create of an instance had no answer. */
function unknownInstance({ name, handle }: PlannedInstance['instance']): CliError {
  return new CliError('unknown_outcome', `instance ${JSON.stringify(name)} (${handle}) may or may not have been created`, {
    hint: 'run it again: the handle tells what became of it',
  });
}

async function handleInstances(work: Work, planned: PlannedCustomer, { id, status }: HandledOrganization): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const instance of planned.instances) {
    const outcome = await handleInstance(work, planned, { organizationId: id, instance });
    // The first row stands for the organization as well.
    const isOrganizationRow = outcomes.length === 0 && outcome.status === 'unchanged';
    outcomes.push(isOrganizationRow ? { ...outcome, status } : outcome);
  }
  if (outcomes.length === 0) return [{ status, organizationId: id }];
  const isTaken = outcomes.every(({ error }) => error?.code === 'conflict');
  if (work.isFirstRun && status === 'created' && isTaken) return takeBack(work, planned, { organizationId: id, outcomes });
  return outcomes;
}

async function handleInstance(
  work: Work,
  { customer: { key } }: PlannedCustomer,
  { organizationId, instance: planned }: { readonly organizationId: string; readonly instance: PlannedInstance },
): Promise<Outcome> {
  const { sender, service, isFirstRun, halt, onInstance, onMade } = work;
  const { instance, action, id, reason } = planned;
  if (action === 'unchanged') return { status: 'unchanged', organizationId, instanceId: id };
  if (action === 'gone') return { status: 'failed', organizationId, error: goneInstance(instance.handle, reason), isAsPlanned: true };
  if (action === 'refused') {
    return { status: 'failed', organizationId, error: refusedByPlan(reason), isAsPlanned: true };
  }
  if (sender.stopped.aborted) {
    return action === 'unknown'
      ? { status: 'unknown', organizationId, error: unknownInstance(instance), isAsPlanned: true }
      : { status: 'not_started', organizationId };
  }
  const { handle, name } = instance;
  try {
    const made = await makeInstance(sender, service, { key, organizationId, instance, wasSent: action === 'unknown' });
    onInstance();
    if (!made.isOld) {
      await sender.journal.durable();
      onMade({ event: 'created', kind: 'instance', key, id: made.id, organizationId, name, handle });
    }
    return { status: made.isOld ? 'unchanged' : 'created', organizationId, instanceId: made.id };
  } catch (thrown) {
    const outcome = failed(work, thrown, { organizationId, isCreate: true });
    if (isFirstRun && outcome.error?.code === 'conflict') halt(secondRun(handle));
    return outcome;
  }
}

function secondRun(handle: string): CliError {
  return new CliError('conflict', `the handle ${handle} is taken: this looks like a second run without the journal of the first one`, {
    hint: 'bring the journal of that run back (--journal), or give apply its results file in place of the manifest; if the handle is somebody else’s, choose another one',
  });
}

/** Deletes the organization that was made just before, all of whose handles are taken: nothing is in it. */
async function takeBack(
  work: Work,
  { customer: { key, name } }: PlannedCustomer,
  { organizationId, outcomes }: { readonly organizationId: string; readonly outcomes: readonly Outcome[] },
): Promise<readonly Outcome[]> {
  try {
    await deleteOrganization(work.sender, work.service, key, organizationId);
    work.onMade({ event: 'deleted', kind: 'organization', key, id: organizationId, name });
    return outcomes.map((outcome) => ({
      ...outcome,
      organizationId: undefined,
      reason: `its organization ${organizationId} was deleted again`,
    }));
  } catch (thrown) {
    const { error } = endingOf(thrown);
    return outcomes.map((outcome) => ({ ...outcome, reason: `its new organization ${organizationId} stays: ${error.message}` }));
  }
}
