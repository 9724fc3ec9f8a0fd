import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type OrganizationSearchFilter, OrgFieldName } from '@zitadel/proto/zitadel/org/v2beta/org_pb';
import { type CreateOrganizationRequest_Admin, OrganizationService } from '@zitadel/proto/zitadel/org/v2beta/org_service_pb';
import { createOrganization, memberRoles } from '../creation.ts';
import { organizationDomain } from '../rules/domains.ts';
import { checkHuman } from '../rules/human.ts';
import { failedPrecondition, invalidArgument, StatusError } from '../status.ts';
import { putMember } from '../store/member-store.ts';
import { findOrganization, type OrganizationRecord } from '../store/organization-store.ts';
import { findUser } from '../store/user-store.ts';
import { addAdministrator, newHumanV2 } from './administrators-v2.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { removeOrganization, renameOrganization, setState } from './organization-changes.ts';
import { type OrganizationQuery, STATES, searchOrganizations } from './organization-query.ts';
import { compareTexts, type Page, pageOf } from './search.ts';

/** Organizations in the v2beta API, which names the organization in its messages. The old server has another one under that name. */
export const organizationV2BetaHandlers: readonly Handler[] = [
  instanceHandler(OrganizationService.method.createOrganization, (call, request) => {
    const { database, instance, now, requestedHost } = call;
    const name = request.name.trim();
    if (name === '') throw invalidArgument('ORG-mruNY', 'Errors.Invalid.Argument');
    const generatedDomain = organizationDomain(name, requestedHost);
    const admins = request.admins.map((admin) => ({ ...readAdmin(admin), roles: memberRoles(admin.roles) }));
    return database.transaction(() => {
      const organization = createOrganization(database, { id: request.id, instanceId: instance.id, name, generatedDomain, now });
      const organizationAdmins = admins.map(({ userId, human, roles }) => {
        if (human !== undefined) return created(addAdministrator(call, organization, human, roles));
        if (userId === undefined) {
          throw new StatusError('Unimplemented', 'userType oneOf <nil> in method AddOrganization not implemented', 'ORGv2-SD2r1');
        }
        if (findUser(database, userId)?.instanceId !== instance.id) throw failedPrecondition('ORG-GoXOn', 'User could not be found');
        putMember(database, userId, organization.id, roles);
        return assigned(userId);
      });
      return { id: organization.id, creationDate: timestampFromMs(now), organizationAdmins };
    });
  }),
  instanceHandler(OrganizationService.method.updateOrganization, (call, { id, name }) => ({
    changeDate: changedAt(renameOrganization(call, id, name)),
  })),
  instanceHandler(OrganizationService.method.deactivateOrganization, (call, { id }) => ({
    changeDate: changedAt(setState(call, id, 'inactive')),
  })),
  instanceHandler(OrganizationService.method.activateOrganization, (call, { id }) => ({
    changeDate: changedAt(setState(call, id, 'active')),
  })),
  instanceHandler(OrganizationService.method.deleteOrganization, (call, { id }) => {
    const organization = findOrganization(call.database, call.instance.id, id);
    // What is gone is deleted.
    if (organization === undefined || organization.state === 'removed') return {};
    return { deletionDate: changedAt(removeOrganization(call, id)) };
  }),
  instanceHandler(OrganizationService.method.listOrganizations, (call, { pagination, filter, sortingColumn }) => {
    const found = searchOrganizations(call, filter.map(queryOf));
    return {
      pagination: paginationOf(found, pagination),
      organizations: pageOf(found, pagination, COMPARE[sortingColumn]).map(organizationMessage),
    };
  }),
];

/** How the v2beta API describes a whole result, of which the page is a part. */
export function paginationOf(found: readonly unknown[], page: Page | undefined) {
  return { totalResult: BigInt(found.length), appliedLimit: BigInt(page?.limit ?? 0) };
}

const COMPARE: Readonly<Record<OrgFieldName, ((a: OrganizationRecord, b: OrganizationRecord) => number) | undefined>> = {
  [OrgFieldName.UNSPECIFIED]: undefined,
  [OrgFieldName.NAME]: (a, b) => compareTexts(a.name, b.name),
  [OrgFieldName.CREATION_DATE]: (a, b) => a.createdAt - b.createdAt,
};

function queryOf({ filter }: OrganizationSearchFilter): { readonly query: OrganizationQuery } {
  switch (filter.case) {
    case 'nameFilter':
      return { query: { case: 'nameQuery', value: filter.value } };
    case 'domainFilter':
      return { query: { case: 'domainQuery', value: filter.value } };
    case 'stateFilter':
      return { query: { case: 'stateQuery', value: filter.value } };
    case 'idFilter':
      return { query: { case: 'idQuery', value: filter.value } };
    default:
      return { query: { case: undefined } };
  }
}

function organizationMessage({ id, name, primaryDomain, state, createdAt, changedAt: changed }: OrganizationRecord) {
  const times = { creationDate: timestampFromMs(createdAt), changedDate: timestampFromMs(changed) };
  return { id, name, primaryDomain, state: Number(STATES[state]), ...times };
}

function changedAt(organization: OrganizationRecord) {
  return timestampFromMs(organization.changedAt);
}

/** Neither of both for an administrator that is nobody. */
function readAdmin({ userType }: CreateOrganizationRequest_Admin) {
  return userType.case === 'human'
    ? { human: checkHuman(newHumanV2(userType.value)), userId: undefined }
    : { human: undefined, userId: userType.value };
}

function created(userId: string) {
  return { OrganizationAdmin: { case: 'createdAdmin' as const, value: { userId } } };
}

function assigned(userId: string) {
  return { OrganizationAdmin: { case: 'assignedAdmin' as const, value: { userId } } };
}
