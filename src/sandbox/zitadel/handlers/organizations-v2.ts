import { type AddOrganizationRequest_Admin, OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import { OrganizationFieldName } from '@zitadel/proto/zitadel/org/v2/query_pb';
import { isPermitted } from '../calls/authorization.ts';
import { createOrganization, memberRoles } from '../creation.ts';
import { organizationDomain } from '../rules/domains.ts';
import { checkHuman, type NewHuman } from '../rules/human.ts';
import { failedPrecondition, invalidArgument, StatusError } from '../status.ts';
import { putMember } from '../store/member-store.ts';
import type { OrganizationRecord } from '../store/organization-store.ts';
import { findUser } from '../store/user-store.ts';
import { addAdministrator, newHumanV2 } from './administrators-v2.ts';
import { changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { STATES, searchOrganizations } from './organization-query.ts';
import { compareTexts, listDetailsV2, pageOf } from './search.ts';

/**
 * Organizations in the v2 API (contract section 3.3), as far as these descriptors have them: they know an id of the caller's choice as
 * `orgId` (v4.0; v2.70 passes it over) and not as `organizationId` (v4.7), which is passed over as any unknown field is.
 */
export const organizationV2Handlers: readonly Handler[] = [
  instanceHandler(OrganizationService.method.addOrganization, (call, request) => {
    const { database, instance, now, requestedHost } = call;
    const name = request.name.trim();
    if (name === '') throw invalidArgument('ORG-mruNY', 'Errors.Invalid.Argument');
    const generatedDomain = organizationDomain(name, requestedHost);
    const ownId = call.switches.zitadel === '2.70' ? undefined : request.orgId;
    const admins = request.admins.map((admin) => ({ ...readAdmin(admin), roles: memberRoles(admin.roles) }));
    return database.transaction(() => {
      const organization = createOrganization(database, { id: ownId, instanceId: instance.id, name, generatedDomain, now });
      const createdAdmins = admins.flatMap(({ userId, human, roles }) => {
        if (human !== undefined) return [{ userId: addAdministrator(call, organization, human, roles) }];
        if (userId === undefined) {
          throw new StatusError('Unimplemented', 'userType oneOf <nil> in method AddOrganization not implemented', 'ORGv2-SD2r1');
        }
        if (findUser(database, userId)?.instanceId !== instance.id) throw failedPrecondition('ORG-GoXOn', 'User could not be found');
        putMember(database, userId, organization.id, roles);
        return [];
      });
      const { id, sequence, changedAt } = organization;
      const details = changedDetails({ sequence: sequence + admins.length, changedAt }, id);
      return { details, organizationId: id, createdAdmins };
    });
  }),
  instanceHandler(OrganizationService.method.listOrganizations, (call, { query, queries, sortingColumn }) => {
    const isOld = call.switches.zitadel === '2.70';
    const all = searchOrganizations(call, queries);
    const found = all.filter(({ id }) => isPermitted(call.caller, 'org.read', id));
    const compare = sortingColumn === OrganizationFieldName.NAME ? byName : undefined;
    // The old one counts what the caller may not see, and does not say when each was made.
    const result = pageOf(found, query, compare).map((organization) =>
      organizationMessage(organization, isOld ? changedDetails : readDetails),
    );
    return { details: listDetailsV2((isOld ? all : found).length, query, call), result };
  }),
];

function organizationMessage(organization: OrganizationRecord, details: typeof changedDetails | typeof readDetails) {
  const { id, name, primaryDomain, state } = organization;
  return { id, name, primaryDomain, state: Number(STATES[state]), details: details(organization, id) };
}

/** Neither of both for an administrator that is nobody. */
function readAdmin({ userType }: AddOrganizationRequest_Admin): { readonly userId?: string | undefined; readonly human?: NewHuman } {
  return userType.case === 'human' ? { human: checkHuman(newHumanV2(userType.value)) } : { userId: userType.value };
}

function byName(a: OrganizationRecord, b: OrganizationRecord): number {
  return compareTexts(a.name, b.name);
}
