import { createHash } from 'node:crypto';
import { inOrder } from '../in-order.ts';
import type { Customer } from './customer.ts';
import type { KnownBefore } from './known.ts';
import type { Manifest } from './manifest/manifest.ts';
import { problemsIn, shownValue } from './manifest/problems.ts';
import type { Plan, PlannedCustomer } from './plan.ts';
import { planCustomer } from './plan-customer.ts';
import { planSamples } from './plan-samples.ts';
import { planTotals } from './plan-totals.ts';
import { type Rekeyed, rekeyed } from './rekey.ts';
import type { ServerFacts, ServerReader } from './server-facts.ts';

export interface PlanOptions {
  readonly manifest: Manifest;
  readonly known: KnownBefore;
  readonly rename: boolean;
  /** Whether every organization that has an id is read. */
  readonly refresh: boolean;
  readonly rekey: Rekeyed;
  readonly reader: ServerReader;
  /** Organizations that are read at the same time. */
  readonly readAtOnce: number;
}

/**
 * Decides what a run will do. Reads nothing at the server but what `refresh` asks for, and with `rename` the organizations that would be
 * renamed. Throws `invalid` for keys that were probably renamed, and what reading throws.
 */
export async function makePlan({ manifest, rename, refresh, rekey, reader, readAtOnce, ...options }: PlanOptions): Promise<Plan> {
  const known = rekeyed(options.known, rekey, manifest);
  /** Only what makes a difference: the file is read again for the run, and the server is not. */
  const differences = new Map<string, ServerFacts>();

  function decide(customer: Customer, facts: ServerFacts | undefined): PlannedCustomer {
    const planned = planCustomer(customer, { known: known.of(customer.key), facts, rename });
    const formerKey = rekey.get(customer.key);
    return formerKey === undefined ? planned : { ...planned, formerKey };
  }

  async function readAndDecide(customer: Customer): Promise<PlannedCustomer> {
    const unread = decide(customer, undefined);
    const { organizationId, organization } = unread;
    const what = { name: rename && (refresh || organization === 'rename'), instances: refresh };
    if (organizationId === undefined || organization === 'refused' || !(what.name || what.instances)) return unread;
    const facts = await reader.read(organizationId, what);
    const planned = decide(customer, facts);
    if (identityOf(planned) === identityOf(unread)) return unread;
    differences.set(customer.key, facts);
    return planned;
  }

  const totals = planTotals();
  const samples = planSamples();
  const checksum = createHash('sha256');
  const moved = movedHandles(manifest, known);
  const problems = problemsIn(manifest.file);
  const all = refresh || rename ? inOrder(manifest.customers(), readAtOnce, readAndDecide) : mapped(manifest.customers(), decide);
  for await (const planned of all) {
    const { customer } = planned;
    const former = known.of(customer.key) === undefined ? moved.formerKeyOf(customer) : undefined;
    if (former !== undefined)
      problems.add(
        customer.row,
        `customer ${shownValue(customer.key)} has a handle of ${shownValue(former)}, which is no longer there`,
        REKEY,
      );
    totals.add(planned);
    samples.add(planned);
    const changes = changesOf(planned);
    if (changes !== undefined) checksum.update(changes);
  }
  problems.throwIfAny();
  return {
    totals: totals.result(),
    samples: samples.result(),
    checksum: checksum.digest('hex'),
    vanished: moved.vanished,
    customers: () => mapped(manifest.customers(), (customer) => decide(customer, differences.get(customer.key))),
  };
}

const REKEY = 'if it is the same customer, add --rekey OLD=NEW; else give the new one another handle';

async function* mapped<T, R>(values: AsyncIterable<T>, change: (value: T, facts: undefined) => R): AsyncGenerator<R> {
  for await (const value of values) yield change(value, undefined);
}

/** Which keys are known and no longer in the manifest, and whose handles those are. */
function movedHandles(manifest: Pick<Manifest, 'hasKey'>, known: KnownBefore) {
  const vanished: string[] = [];
  const owners = new Map<string, string>();
  for (const key of known.keys()) {
    if (manifest.hasKey(key)) continue;
    vanished.push(key);
    for (const [handle, state] of known.of(key)?.instances ?? []) if (state !== 'refused') owners.set(handle, key);
  }
  return {
    vanished,
    formerKeyOf: ({ instances }: Customer): string | undefined => {
      if (owners.size === 0) return undefined;
      return instances.map(({ handle }) => owners.get(handle)).find((key) => key !== undefined);
    },
  };
}

/** All that a plan says of a customer. */
function identityOf({ organization, organizationId, currentName, reason, instances }: PlannedCustomer): string {
  return JSON.stringify([
    organization,
    organizationId,
    currentName,
    reason,
    instances.map(({ action, id, reason: why }) => [action, id, why]),
  ]);
}

/** What will be done for a customer, in one line of JSON; undefined for nothing. It does not depend on the format of the manifest. */
function changesOf({ customer, organization, organizationId, instances }: PlannedCustomer): string | undefined {
  const isDone = organization === 'create' || organization === 'rename' || organization === 'unchanged';
  const created = isDone ? instances.filter(({ action }) => action === 'create') : [];
  if (!isDone || (organization === 'unchanged' && created.length === 0)) return undefined;
  const made = created.map(({ instance: { name, handle } }) => [handle, name.normalize('NFC')]);
  return `${JSON.stringify([customer.key, organization, organizationId ?? null, customer.name.normalize('NFC'), made])}\n`;
}
