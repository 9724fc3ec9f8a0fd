import { findZitadelInstanceDocument, findZitadelOrganizationDocument } from '../contents/zitadel-contents.ts';
import type { Database } from '../database.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import type { Switches } from '../switches.ts';
import { createOrganization } from './creation.ts';
import { defaultInstance } from './default-instance.ts';
import { removeInstance, renameInstance } from './handlers/instance-changes.ts';
import { nonBlankName, removeOrganization, renameOrganization } from './handlers/organization-changes.ts';
import { organizationDomain } from './rules/domains.ts';
import { StatusError } from './status.ts';
import { findInstance, type InstanceRecord } from './store/instance-store.ts';
import { prepareZitadelTables } from './store/tables.ts';

// What the controls change in the sandbox's ZITADEL. ZITADEL's own rules hold; what it refuses is thrown as `ApiError`, in its words.

export interface Changes {
  readonly database: Database;
  readonly now: number;
  readonly switches: Switches;
}

/** How the controls name the instance that answers at the sandbox's own address, which is made when there is none. */
const DEFAULT = 'default';

const USUAL_OWNER = 'jane@acme.example';

/** Makes an instance with a first organization of the same name, which that person owns. */
export async function makeInstance(changes: Changes, name: string, owner = USUAL_OWNER) {
  const { database } = changes;
  prepareZitadelTables(database);
  const { createInstance } = await import('./handlers/instance-creation.ts');
  const { humanOwner } = await import('./rules/instance-owner.ts');
  const [firstName = owner] = owner.split('@', 1);
  const person = {
    userName: owner,
    email: { email: owner, isEmailVerified: true },
    profile: { firstName, lastName: 'Owner', preferredLanguage: '' },
  };
  try {
    const request = { instanceName: name, firstOrgName: '', customDomain: '' };
    const { instanceId } = await createInstance(changes, request, (domain) => humanOwner(person, domain));
    return { ...findZitadelInstanceDocument(database, instanceId) };
  } catch (error) {
    throw refusalOf(error);
  }
}

export function nameInstance(changes: Changes, id: string, name: string) {
  refusing(() => renameInstance({ ...changes, instance: existingInstance(changes, id) }, name));
  return { ...findZitadelInstanceDocument(changes.database, id) };
}

/** Removes it with its organizations, and counts them. */
export function dropInstance(changes: Changes, id: string) {
  const instance = existingInstance(changes, id);
  const { organization_count: organizations = 0 } = findZitadelInstanceDocument(changes.database, id) ?? {};
  refusing(() => removeInstance({ ...changes, instance }));
  return { organizations, instances: 1 };
}

export function makeOrganization(changes: Changes, instanceId: string, text: string) {
  const { database, now } = changes;
  const instance = instanceId === DEFAULT ? defaultInstance(database, now) : existingInstance(changes, instanceId);
  const { id } = refusing(() => {
    const name = nonBlankName(text);
    const generatedDomain = organizationDomain(name, instance.primaryDomain);
    return database.transaction(() => createOrganization(database, { instanceId: instance.id, name, generatedDomain, now }));
  });
  return { ...findZitadelOrganizationDocument(database, id) };
}

export function nameOrganization(changes: Changes, id: string, name: string) {
  const instance = instanceOfOrganization(changes, id);
  refusing(() => renameOrganization({ ...changes, instance, requestedHost: instance.primaryDomain }, id, name));
  return { ...findZitadelOrganizationDocument(changes.database, id) };
}

/** The default organization of an instance, and its first, cannot be removed. */
export function dropOrganization(changes: Changes, id: string) {
  const instance = instanceOfOrganization(changes, id);
  refusing(() => removeOrganization({ ...changes, instance }, id));
  return { organizations: 1, instances: 0 };
}

function instanceOfOrganization(changes: Changes, id: string): InstanceRecord {
  const organization = findZitadelOrganizationDocument(changes.database, id);
  if (organization === undefined) throw new ApiError(404, 'There is no such organization.');
  return existingInstance(changes, organization.instance_id);
}

function existingInstance({ database }: Changes, id: string): InstanceRecord {
  prepareZitadelTables(database);
  const instance = findInstance(database, id);
  if (instance === undefined) throw new ApiError(404, 'There is no such instance.');
  return instance;
}

function refusing<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    throw refusalOf(error);
  }
}

/** The ids in ZITADEL's texts are for its clients. */
function refusalOf(error: unknown): unknown {
  return error instanceof StatusError ? new ApiError(error.httpStatus, error.text) : error;
}
