import type { Customer, ManifestInstance } from './customer.ts';
import type { KnownState } from './known.ts';
import type { InstanceAction, OrganizationAction, PlannedCustomer, PlannedInstance } from './plan.ts';
import type { ServerFacts } from './server-facts.ts';

/** What a plan for a customer is made from. */
export interface Knowledge {
  /** From earlier runs. */
  readonly known: KnownState | undefined;
  /** What was read at the server; undefined where nothing was. */
  readonly facts: ServerFacts | undefined;
  /** Whether organizations may be renamed. */
  readonly rename: boolean;
}

/** Decides what is to be done for one customer. Pure: the same for a dry run and for a run. */
export function planCustomer(customer: Customer, knowledge: Knowledge): PlannedCustomer {
  const organization = planOrganization(customer, knowledge);
  return { customer, ...organization, instances: planInstances(customer, knowledge) };
}

type PlannedOrganization = Omit<PlannedCustomer, 'customer' | 'instances' | 'formerKey'>;

function planOrganization(customer: Customer, knowledge: Knowledge): PlannedOrganization {
  const { organization } = knowledge.known ?? {};
  const known = typeof organization === 'object' ? organization : undefined;
  const organizationId = customer.id ?? known?.id;
  if (organizationId === undefined) {
    const isUnknown = organization === 'unknown' || (customer.isUnknown === true && organization === undefined);
    return { organization: isUnknown ? 'unknown' : 'create' };
  }
  const about = (action: OrganizationAction, reason?: string, currentName?: string): PlannedOrganization => ({
    organization: action,
    organizationId,
    ...(currentName === undefined ? {} : { currentName }),
    ...(reason === undefined ? {} : { reason }),
  });
  if (known !== undefined && known.id.toLowerCase() !== organizationId.toLowerCase()) {
    return about('refused', `the manifest says that its id is ${organizationId}, the journal ${known.id}`);
  }
  const { state, name: currentName } = knowledge.facts ?? {};
  if (state === 'gone') return about('gone', `organization ${organizationId} is not there, or not yours any more (404)`);
  if (state === 'forbidden') return about('refused', `organization ${organizationId} may not be read (403)`);
  return about(...planName(customer.name, known?.lastWrittenName, currentName ?? undefined, knowledge.rename));
}

/** Three names are compared, in NFC: the one of the manifest, the last that was written, and the one at the server where that was read. */
function planName(
  name: string,
  written: string | undefined,
  current: string | undefined,
  rename: boolean,
): [action: OrganizationAction, reason?: string | undefined, currentName?: string] {
  const isWanted = current !== undefined && isSame(current, name);
  if (isWanted) return ['unchanged'];
  if (written === undefined) {
    if (current === undefined) return ['unchanged'];
    return ['unchanged', `it is called ${quoted(current)} at the server; who changed that is not known, so it is left`, current];
  }
  const isChangedHere = !isSame(written, name);
  const isChangedThere = current !== undefined && !isSame(current, written);
  const now = current ?? written;
  if (!isChangedHere)
    return isChangedThere ? ['unchanged', `it was renamed to ${quoted(now)} at the server, which is left`, now] : ['unchanged'];
  if (!rename) return ['unchanged', `it is called ${quoted(now)}; --rename renames it`, now];
  if (isChangedThere) return ['refused', `it was renamed both here and at the server, to ${quoted(now)} there`, now];
  return ['rename', undefined, now];
}

function planInstances(customer: Customer, knowledge: Knowledge): readonly PlannedInstance[] {
  const former = vanishedHandle(customer, knowledge.known);
  return customer.instances.map((instance) => planInstance(instance, knowledge, former));
}

/** A handle that is known to be there, and that the manifest no longer has. */
function vanishedHandle({ instances }: Customer, known: KnownState | undefined): string | undefined {
  if (known === undefined || typeof known.organization !== 'object') return undefined;
  for (const [handle, state] of known.instances) {
    if (typeof state === 'object' && !instances.some((instance) => instance.handle === handle)) return handle;
  }
  return undefined;
}

function planInstance(instance: ManifestInstance, { known, facts }: Knowledge, former: string | undefined): PlannedInstance {
  const about = (action: InstanceAction, id?: string, reason?: string): PlannedInstance => ({
    instance,
    action,
    ...(id === undefined ? {} : { id }),
    ...(reason === undefined ? {} : { reason }),
  });
  const state = known?.instances.get(instance.handle);
  const id = instance.id ?? (typeof state === 'object' ? state.id : undefined);
  const found = facts?.instances?.get(instance.handle);
  if (found?.owner !== undefined) return about('gone', found.id, `it was moved to organization ${found.owner}`);
  if (found !== undefined) return about('unchanged', id ?? found.id);
  if (id !== undefined) {
    return facts?.instances === undefined ? about('unchanged', id) : about('gone', id, 'it is no longer in the organization');
  }
  if (state === 'unknown' && facts?.instances === undefined) return about('unknown');
  if (former === undefined || state !== undefined) return about('create');
  return about(
    'refused',
    undefined,
    `the customer has the handle ${former}, and a handle cannot change; keep the row of ${former} for another instance`,
  );
}

/** Whether two names are the same to a person. */
function isSame(one: string, other: string): boolean {
  return one === other || one.normalize('NFC') === other.normalize('NFC');
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
