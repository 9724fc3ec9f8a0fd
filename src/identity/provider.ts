import type { Instance } from './instance.ts';
import type { Organization } from './organization.ts';

/**
 * What every identity service does, whatever its dialect; `O` is how it describes an organization. Each call sends its own requests and
 * throws a `CliError`; none prompts, prints or stores anything.
 */
export interface OrganizationService<O> {
  /** One organization by id. */
  readonly getOrganization: (id: string) => Promise<O>;
  readonly renameOrganization: (id: string, name: string) => Promise<O>;
  /** Deletes an organization for good. Throws `conflict` or `forbidden` for one that may not go. */
  readonly deleteOrganization: (id: string) => Promise<void>;
  /** Asks the server for nothing but whether it accepts the credential; throws `auth` when not. */
  readonly checkCredential: () => Promise<void>;
}

/** What flowkiwi needs from Flowkiwi Identity, where organizations have instances. */
export interface FlowkiwiIdentity extends OrganizationService<Organization> {
  /** Creates an organization whose first owner is the caller. Names need not be unique. */
  readonly createOrganization: (name: string) => Promise<Organization>;
  /**
   * Creates an instance; its handle is unique across the whole platform and can never be changed. When the answer is lost, the
   * instance is looked for by its handle: it is returned when it is there, `unavailable` says that it was not created, and
   * `unknown_outcome` that nobody could tell.
   */
  readonly createInstance: (organizationId: string, instance: NewInstance) => Promise<Instance>;
  /** The instances that the caller can see in an organization, page after page as they are taken. */
  readonly listInstances: (organizationId: string, query?: InstanceQuery) => AsyncIterable<Instance>;
  /** One instance by id. */
  readonly getInstance: (organizationId: string, instanceId: string) => Promise<Instance>;
  /** One instance by its exact handle; throws `not_found` when the organization shows none. */
  readonly findInstance: (organizationId: string, handle: string) => Promise<Instance>;
  readonly renameInstance: (organizationId: string, instanceId: string, name: string) => Promise<Instance>;
  /** Gives an instance and its product data to another organization, which the instance must have authorized before. */
  readonly transferInstance: (organizationId: string, instanceId: string, to: string) => Promise<Instance>;
}

export interface NewInstance {
  readonly name: string;
  readonly handle: string;
}

export interface InstanceQuery {
  /** Part of the name, whatever its case. */
  readonly name?: string | undefined;
  /** Part of the handle, whatever its case. */
  readonly handle?: string | undefined;
  readonly sort?: { readonly field: InstanceSortField; readonly direction: 'asc' | 'desc' } | undefined;
  /** At most this many; no page is read beyond them. */
  readonly limit?: number | undefined;
}

export const INSTANCE_SORT_FIELDS = ['name', 'handle', 'created_at', 'updated_at'] as const;

export type InstanceSortField = (typeof INSTANCE_SORT_FIELDS)[number];
