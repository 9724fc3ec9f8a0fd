import type { OrganizationService } from '../provider.ts';
import type { AppService } from './apps.ts';
import type { Body } from './body-fields.ts';
import type { Caller } from './caller.ts';
import type { OrganizationDomainService } from './domains.ts';
import type { ZitadelInstance } from './instance.ts';
import type { InstanceDomainService } from './instance-domains.ts';
import type { NewInstanceIds } from './instance-requests.ts';
import type { MemberService } from './members.ts';
import type { ZitadelOrganization } from './organization.ts';
import type { SetUp } from './organization-requests.ts';

/**
 * What flowkiwi needs from ZITADEL, where instances have organizations: the reverse of Flowkiwi. Each call sends its own requests and throws
 * a `CliError`; none prompts, prints or stores anything. The calls that are about any instance but the profile's own go to the system API.
 */
export interface ZitadelIdentity
  extends OrganizationService<ZitadelOrganization>,
    AppService,
    MemberService,
    OrganizationDomainService,
    InstanceDomainService {
  /**
   * Creates an organization; its name is unique in the instance, whatever its case. When the answer is lost, the organization is looked for
   * by its name: it is returned when it is there and younger than the request, `unavailable` says that it is not there, `conflict` that it is
   * another one, and `unknown_outcome` that nobody could tell.
   */
  readonly createOrganization: (name: string, how: NewOrganization) => Promise<ZitadelOrganization>;
  /** Creates an organization with its administrator, by a checked body. A lost answer is dealt with in the same way; the administrator has to be there as well. */
  readonly setUpOrganization: (body: Body) => Promise<SetUp>;
  /** Who the caller is, be it a person or a machine. Throws `not_found` for a system user, which no instance knows. */
  readonly getCaller: () => Promise<Caller>;
  /**
   * An organization as its member sees it. That proves as well that a request is carried out in its context: what a proxy does not let through would
   * happen to the caller's own. Throws `unavailable` where it is not.
   */
  readonly getOrganizationInContext: (id: string) => Promise<ZitadelOrganization>;
  /** Lets the users of an organization sign in, or not; `unchanged` when it is so already. */
  readonly setOrganizationActive: (id: string, isActive: boolean) => Promise<'changed' | 'unchanged'>;
  /** The organization that the caller belongs to. */
  readonly getOwnOrganization: () => Promise<ZitadelOrganization>;
  /** The organization of exactly this name, whatever its case. It may not be found for a while after it was created. */
  readonly findOrganization: (name: string) => Promise<ZitadelOrganization | undefined>;
  /** Whether an organization of this name cannot be created for the domain that is made from it, although the name is free. */
  readonly isOnlyDomainTaken: (name: string) => Promise<boolean>;
  /**
   * The organizations of the profile's instance by their names, page after page as they are taken; for a caller who has no role in the instance
   * those that they belong to.
   */
  readonly listOrganizations: (query?: ZitadelOrganizationQuery) => AsyncIterable<ZitadelOrganization>;
  /** The profile's own instance; needs no system user. */
  readonly getOwnInstance: () => Promise<ZitadelInstance>;
  /**
   * Creates an instance, by a checked body. It cannot be read for a while. When the answer is lost, the instance is looked for by the domain
   * in the body, if there is one, as an organization is by its name; the secrets of a machine are lost with the answer, which is then
   * `unknown_outcome` with the id.
   */
  readonly createInstance: (body: Body) => Promise<NewInstanceIds>;
  readonly getInstance: (id: string) => Promise<ZitadelInstance>;
  /** The instance that has this domain. */
  readonly findInstance: (domain: string) => Promise<ZitadelInstance | undefined>;
  /** The instances of the system, page after page as they are taken. */
  readonly listInstances: (query: ZitadelInstanceQuery) => AsyncIterable<ZitadelInstance>;
  /** Gives an instance another name. Reads lag behind. */
  readonly renameInstance: (id: string, name: string) => Promise<void>;
  readonly deleteInstance: (id: string) => Promise<void>;
}

export interface NewOrganization {
  /** An id of one's own; the server chooses one when absent. */
  readonly id?: string | undefined;
  /** The organization whose context the permission is looked up in; the caller's own when absent. */
  readonly within?: string | undefined;
}

export interface ZitadelOrganizationQuery {
  /** Part of the name, whatever its case. */
  readonly name?: string | undefined;
  /** At most this many; no page is read beyond them. */
  readonly limit?: number | undefined;
}

export interface ZitadelInstanceQuery {
  readonly sort?: { readonly field: ZitadelInstanceSortField; readonly direction: 'asc' | 'desc' } | undefined;
  /** At most this many; no page is read beyond them. */
  readonly limit?: number | undefined;
}

export const ZITADEL_INSTANCE_SORT_FIELDS = ['id', 'name', 'created_at'] as const;

export type ZitadelInstanceSortField = (typeof ZITADEL_INSTANCE_SORT_FIELDS)[number];
