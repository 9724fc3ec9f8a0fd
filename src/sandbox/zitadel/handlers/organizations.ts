import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { OrgFieldName } from '@zitadel/proto/zitadel/org_pb';
import type { InstanceCall } from '../calls/call.ts';
import { createOrganization } from '../creation.ts';
import { organizationDomain } from '../rules/domains.ts';
import { failedPrecondition, invalidArgument, notFound } from '../status.ts';
import { changeInstance, findInstance } from '../store/instance-store.ts';
import { putMember } from '../store/member-store.ts';
import {
  findOrganization,
  findOrganizationByPrimaryDomain,
  isOrganizationKnown,
  type OrganizationRecord,
} from '../store/organization-store.ts';
import { addedDetails, changedDetails, readDetails, renamedDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { nonBlankName, removeOrganization, renameOrganization, setState } from './organization-changes.ts';
import { STATES, searchOrganizations } from './organization-query.ts';
import { compareTexts, listDetails, pageOf } from './search.ts';

/** Organizations in the v1 APIs (contract sections 1.1 and 3.1). */
export const organizationHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.addOrg, (call, request) => {
    const { database, instance, now, requestedHost, caller } = call;
    const generatedDomain = organizationDomain(request.name, requestedHost);
    const name = nonBlankName(request.name);
    const organization = database.transaction(() => {
      const created = createOrganization(database, { instanceId: instance.id, name, generatedDomain, now });
      // A system user is no user of any instance, so it cannot become the owner.
      if (caller.user === undefined) throw failedPrecondition('COMMAND-uXHNj', 'User could not be found');
      putMember(database, caller.user.id, created.id, ['ORG_OWNER']);
      return created;
    });
    return { id: organization.id, details: addedDetails({ ...organization, sequence: organization.sequence + 1 }, organization.id) };
  }),
  instanceHandler(AdminService.method.getOrgByID, (call, { id }) => ({ org: organizationMessage(read(call, id)) })),
  instanceHandler(ManagementService.method.getMyOrg, (call) => ({ org: organizationMessage(read(call, call.organizationId)) })),
  instanceHandler(AdminService.method.getDefaultOrg, (call) => ({
    org: organizationMessage(read(call, call.instance.defaultOrganizationId)),
  })),
  instanceHandler(ManagementService.method.getOrgByDomainGlobal, ({ database, instance, projected }, { domain }) => {
    const organization = findOrganizationByPrimaryDomain(database, instance.id, domain, projected);
    if (organization === undefined) throw unknownOrganization('QUERY-iTTGJ');
    return { org: organizationMessage(organization) };
  }),
  instanceHandler(AdminService.method.isOrgUnique, ({ database, instance, projected }, { name, domain }) => {
    if (name === '' && domain === '') throw invalidArgument('QUERY-DGqfd', 'Request is invalid');
    return { isUnique: !isOrganizationKnown(database, instance.id, name, domain, projected) };
  }),
  instanceHandler(AdminService.method.listOrgs, (call, { query, queries, sortingColumn }) => {
    const found = searchOrganizations(call, queries);
    const compare = sortingColumn === OrgFieldName.NAME ? byName : undefined;
    return { details: listDetails(found, query, call), result: pageOf(found, query, compare).map(organizationMessage) };
  }),
  instanceHandler(AdminService.method.setDefaultOrg, (call, { orgId }) => {
    const { database, instance, now } = call;
    const current = findInstance(database, instance.id) ?? instance;
    if (orgId === current.defaultOrganizationId) throw failedPrecondition('INST-SDfw2', 'Instance not changed');
    const organization = findOrganization(database, instance.id, orgId);
    if (organization === undefined || organization.state === 'removed') throw failedPrecondition('INSTA-Wfe21', 'Organisation not found');
    const changed = database.transaction(() => changeInstance(database, current, { defaultOrganizationId: orgId }, 1, now));
    return { details: changedDetails(changed, instance.id) };
  }),
  instanceHandler(ManagementService.method.updateOrg, (call, request) => {
    const renamed = renameOrganization(call, call.organizationId, request.name);
    return { details: renamedDetails(renamed, renamed.id) };
  }),
  instanceHandler(ManagementService.method.deactivateOrg, (call) => ({
    details: changedDetailsOf(setState(call, call.organizationId, 'inactive')),
  })),
  instanceHandler(ManagementService.method.reactivateOrg, (call) => ({
    details: changedDetailsOf(setState(call, call.organizationId, 'active')),
  })),
  instanceHandler(AdminService.method.removeOrg, (call, { orgId }) => ({ details: changedDetailsOf(removeOrganization(call, orgId)) })),
  instanceHandler(ManagementService.method.removeOrg, (call) => ({
    details: changedDetailsOf(removeOrganization(call, call.organizationId)),
  })),
];

/** How the v1 API shows an organization; a removed one has no state. */
function organizationMessage(organization: OrganizationRecord) {
  const { id, name, primaryDomain, state } = organization;
  return { id, name, primaryDomain, state: STATES[state], details: readDetails(organization, id) };
}

/** The organization as its events say, also when it is removed; the old server reads a projection. Throws `QUERY-leq5Q`, the old one `QUERY-iTTGJ`. */
function read({ database, instance, switches, projected }: InstanceCall, id: string): OrganizationRecord {
  const isOld = switches.zitadel === '2.70';
  const organization = findOrganization(database, instance.id, id, isOld ? projected : undefined);
  if (organization === undefined || (isOld && organization.state === 'removed')) {
    throw unknownOrganization(isOld ? 'QUERY-iTTGJ' : 'QUERY-leq5Q');
  }
  return organization;
}

function byName(a: OrganizationRecord, b: OrganizationRecord): number {
  return compareTexts(a.name, b.name);
}

function unknownOrganization(id: string) {
  return notFound(id, 'Organisation not found');
}

function changedDetailsOf(changed: OrganizationRecord) {
  return changedDetails(changed, changed.id);
}
