import type { Database } from '../database.ts';
import { checkPassword, type NewHuman } from './rules/human.ts';
import { areOrganizationRoles } from './rules/roles.ts';
import { alreadyExists, invalidArgument } from './status.ts';
import { nextId } from './store/ids.ts';
import { putMember } from './store/member-store.ts';
import { insertOrganizationDomain, organizationOfDomain } from './store/organization-domain-store.ts';
import { insertOrganization, isOrganizationIdUsed, type OrganizationRecord } from './store/organization-store.ts';
import { insertUser, type UserRecord } from './store/user-store.ts';

export interface NewOrganization {
  /** A new one when undefined. */
  readonly id?: string | undefined;
  readonly instanceId: string;
  readonly name: string;
  /** Made from the name; becomes the primary one. */
  readonly generatedDomain: string;
  /** One more, verified at once. */
  readonly customDomain?: string | undefined;
  readonly now: number;
}

/**
 * Adds an organization without members. Throws `V3-DKcYh` when the name or a domain is taken, `V2-e1wse` when both domains are one, `ORG-laho2n`
 * when there has been one of that id.
 */
export function createOrganization(database: Database, organization: NewOrganization): OrganizationRecord {
  const { instanceId, name, generatedDomain, customDomain, now } = organization;
  if (customDomain === generatedDomain) throw alreadyExists('V2-e1wse', 'Errors.Already.Exists');
  const id = organization.id ?? nextId(now);
  if (isOrganizationIdUsed(database, id)) throw alreadyExists('ORG-laho2n', 'Errors.Org.AlreadyExisting');
  // Added; domain added, verified, made primary; the second domain added, verified.
  const sequence = customDomain === undefined ? 4 : 6;
  const record = {
    id,
    instanceId,
    name,
    state: 'active',
    primaryDomain: generatedDomain,
    sequence,
    createdAt: now,
    changedAt: now,
  } as const;
  insertOrganization(database, record);
  const domain = { organizationId: id, instanceId, createdAt: now };
  insertOrganizationDomain(database, { ...domain, domain: generatedDomain, sequence: 2 });
  if (customDomain !== undefined) insertOrganizationDomain(database, { ...domain, domain: customDomain, sequence: 5 });
  return record;
}

/** Adds a person who has passed `checkHuman`. Throws 400 for a bad password or a reserved domain in the user name, `V3-DKcYh` when that is taken. */
export function createHuman(database: Database, organization: OrganizationRecord, human: NewHuman, now: number): UserRecord {
  const { password, userName, ...profile } = human;
  const reserved = organizationOfDomain(database, organization.instanceId, userName.split('@').at(-1) ?? '');
  if (userName.includes('@') && reserved !== undefined && reserved !== organization.id) {
    throw invalidArgument('COMMAND-SFd21', 'Domain is already reserved and cannot be used');
  }
  if (password !== '') checkPassword(password);
  return createUser(database, organization, { kind: 'human', userName, profile }, now);
}

/** Adds a user. Throws `V3-DKcYh` when the name is taken. */
export function createUser(
  database: Database,
  organization: OrganizationRecord,
  { accountId, ...user }: Pick<UserRecord, 'kind' | 'userName' | 'profile'> & { readonly accountId?: string },
  now: number,
): UserRecord {
  const record = { ...user, id: nextId(now), instanceId: organization.instanceId, organizationId: organization.id, accountId };
  insertUser(database, record);
  return record;
}

/** The roles of a new member, by default those of an owner. Throws `Org-4N8es` for a role that no organization has. */
export function memberRoles(roles: readonly string[]): readonly string[] {
  if (!areOrganizationRoles(roles)) throw invalidArgument('Org-4N8es', 'Errors.Org.MemberInvalid');
  return roles.length === 0 ? ['ORG_OWNER'] : roles;
}

/** Makes the user the owner of the instance and of its first organization. */
export function makeInstanceOwner(database: Database, userId: string, organizationId: string): void {
  putMember(database, userId, undefined, ['IAM_OWNER']);
  putMember(database, userId, organizationId, ['ORG_OWNER']);
}
