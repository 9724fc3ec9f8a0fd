import type { Customer, ManifestInstance } from './customer.ts';

/**
 * What is to be done for an organization. `unknown`: an earlier create had no answer. `refused`: the manifest asks for what cannot be done, see
 * `reason`. `gone`: its id answers 404. Nothing is sent for the last three, nor for what is in them.
 */
export type OrganizationAction = 'create' | 'rename' | 'unchanged' | 'unknown' | 'refused' | 'gone';

/** The same for an instance, in an organization that is there. `gone`: it is no longer in it; it is not created again, nor moved back. */
export type InstanceAction = 'create' | 'unchanged' | 'unknown' | 'refused' | 'gone';

export interface PlannedInstance {
  readonly instance: ManifestInstance;
  readonly action: InstanceAction;
  /** Where it is there already. */
  readonly id?: string;
  /** Why it is refused, or where it is gone. */
  readonly reason?: string;
}

/** What is to be done for one customer, in the order in which it is done. */
export interface PlannedCustomer {
  readonly customer: Customer;
  readonly organization: OrganizationAction;
  /** Where it is there already: from the manifest, or else from what is known. */
  readonly organizationId?: string;
  readonly instances: readonly PlannedInstance[];
  /** The key under which it was known before, for `--rekey`. */
  readonly formerKey?: string;
  /** What the organization is called now, where that is known and another name. */
  readonly currentName?: string;
  /** Why it is refused, or what is noticed and left alone. */
  readonly reason?: string;
}

/** How many there are of each kind. */
export interface PlanTotals {
  readonly rows: number;
  readonly customers: number;
  /** How many of them have no instance. */
  readonly withoutInstance: number;
  /** For how many of them anything is created or renamed. */
  readonly changedCustomers: number;
  /** How many organizations and instances that are. */
  readonly changes: number;
  readonly organizations: Readonly<Record<OrganizationAction, number>>;
  readonly instances: Readonly<Record<InstanceAction, number>>;
}

/** What is worth a line: `drift` is what is noticed and left alone. */
export type SampleKind = 'create' | 'rename' | 'drift' | 'unknown' | 'gone' | 'refused';

/** An organization, or an instance of it. */
export interface ShownAction {
  readonly planned: PlannedCustomer;
  readonly instance?: PlannedInstance;
}

/** The first fifty of each kind, and how many there are. */
export interface PlanSamples {
  readonly first: Readonly<Record<SampleKind, readonly ShownAction[]>>;
  readonly counts: Readonly<Record<SampleKind, number>>;
}

/** What a run will do, decided before anything is sent. */
export interface Plan {
  readonly totals: PlanTotals;
  readonly samples: PlanSamples;
  /** SHA-256 in hex of what will be done: the same for the same manifest, whatever its format, and the same knowledge. */
  readonly checksum: string;
  /** Keys that are known and no longer in the manifest; nothing is done for them. */
  readonly vanished: readonly string[];
  /** From the first row to the last. A large file is read again for each call, and not kept in memory. */
  readonly customers: () => AsyncIterable<PlannedCustomer>;
}
