import type { InstanceCall } from '../calls/call.ts';
import { organizationDomain } from '../rules/domains.ts';
import { failedPrecondition, invalidArgument, notFound } from '../status.ts';
import { removeDomainClaimsOf } from '../store/domain-claim-store.ts';
import { removeMetadataOf } from '../store/metadata-store.ts';
import { insertOrganizationDomain, listOrganizationDomains, removeOrganizationDomain } from '../store/organization-domain-store.ts';
import { changeOrganization, findOrganization, type OrganizationRecord } from '../store/organization-store.ts';
import { removeProjectsOf } from '../store/project-store.ts';
import { removeUsersOf } from '../store/user-store.ts';

/** What all APIs do to organizations. Each change answers the organization as it is then. */

/** The organization in whose name the call is made. Throws `QUERY-leq5Q`. */
export function organizationInContext({ database, instance, organizationId }: InstanceCall): OrganizationRecord {
  const organization = findOrganization(database, instance.id, organizationId);
  if (organization === undefined) throw notFound('QUERY-leq5Q', 'Organisation not found');
  return organization;
}

/** A name without the blanks around it. Throws `EVENT-Mf9sd` for a blank one. */
export function nonBlankName(text: string): string {
  const name = text.trim();
  if (name === '') throw invalidArgument('EVENT-Mf9sd', 'Organisation is invalid');
  return name;
}

type Renaming = Pick<InstanceCall, 'database' | 'instance' | 'now' | 'requestedHost'>;

/** Renames it, and its generated domain with it. Throws `ORG-1MRds` when it is not there, `ORG-4VSdf` when it has this name. */
export function renameOrganization(call: Renaming, id: string, text: string): OrganizationRecord {
  const { database, instance } = call;
  const name = nonBlankName(text);
  const organization = findOrganization(database, instance.id, id);
  if (organization === undefined) throw notFound('ORG-1MRds', 'Organisation not found');
  if (name === organization.name) throw failedPrecondition('ORG-4VSdf', 'Organisation not changed');
  return database.transaction(() => rename(call, organization, name));
}

function rename(call: Renaming, organization: OrganizationRecord, name: string): OrganizationRecord {
  const { database, now, requestedHost } = call;
  const { id, instanceId, sequence } = organization;
  const [before, after] = [organizationDomain(organization.name, requestedHost), organizationDomain(name, requestedHost)];
  const generated = listOrganizationDomains(database, id).find(({ domain }) => domain === before);
  if (generated === undefined || before === after) return changeOrganization(database, organization, { name }, 1, now);
  const isPrimary = organization.primaryDomain === before;
  // Changed; domain added, verified, made primary when the old one was; the old one removed.
  const changes = { name, ...(isPrimary ? { primaryDomain: after } : {}) };
  const changed = changeOrganization(database, organization, changes, isPrimary ? 5 : 4, now);
  removeOrganizationDomain(database, generated, now);
  insertOrganizationDomain(database, { organizationId: id, instanceId, domain: after, sequence: sequence + 2, createdAt: now });
  return changed;
}

/** Throws `EVENT-bfnrh` when it is active already, `EVENT-Dbs2g` when it is not, `ORG-Dgf3g` and `ORG-oL9nT` when it is not there. */
export function setState({ database, instance, now }: InstanceCall, id: string, state: 'active' | 'inactive'): OrganizationRecord {
  const organization = findOrganization(database, instance.id, id);
  const [unknown, already, text] =
    state === 'active' ? ['ORG-Dgf3g', 'EVENT-bfnrh', 'active'] : ['ORG-oL9nT', 'EVENT-Dbs2g', 'deactivated'];
  if (organization === undefined || organization.state === 'removed') throw notFound(unknown, 'Organisation not found');
  if (organization.state === state) throw failedPrecondition(already, `Organisation is already ${text}`);
  return database.transaction(() => changeOrganization(database, organization, { state }, 1, now));
}

/** Removes it with all that is in it. Throws `COMMA-wG9p1` for the default one, `COMMA-AF3JW` for the first one, `COMMA-aps2n` when it is not there. */
export function removeOrganization(
  { database, instance, now }: Pick<InstanceCall, 'database' | 'instance' | 'now'>,
  id: string,
): OrganizationRecord {
  if (id === instance.defaultOrganizationId) throw failedPrecondition('COMMA-wG9p1', 'Default Organisation must not be deleted');
  if (id === instance.firstOrganizationId) {
    throw failedPrecondition('COMMA-AF3JW', 'Organisation with ZITADEL project must not be deleted');
  }
  const organization = findOrganization(database, instance.id, id);
  if (organization === undefined || organization.state === 'removed') throw notFound('COMMA-aps2n', 'Organisation not found');
  return database.transaction(() => {
    removeUsersOf(database, id);
    removeProjectsOf(database, id);
    removeDomainClaimsOf(database, id);
    removeMetadataOf(database, id);
    for (const domain of listOrganizationDomains(database, id)) removeOrganizationDomain(database, domain, now);
    return changeOrganization(database, organization, { state: 'removed' }, 1, now);
  });
}
