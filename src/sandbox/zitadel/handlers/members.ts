import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import type { Member, SearchQuery } from '@zitadel/proto/zitadel/member_pb';
import { Type } from '@zitadel/proto/zitadel/user_pb';
import type { InstanceCall } from '../calls/call.ts';
import { memberRoles } from '../creation.ts';
import { organizationRoles } from '../rules/roles.ts';
import { alreadyExists, failedPrecondition, invalidArgument, notFound } from '../status.ts';
import { listMembers, memberRolesOf, putMember } from '../store/member-store.ts';
import { findUser, type UserRecord } from '../store/user-store.ts';
import { addedDetails, changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { organizationInContext } from './organization-changes.ts';
import { listDetails, matchesText, pageOf } from './search.ts';

/** Members of the organization in whose name the call is made, and of the instance. */
export const memberHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.listOrgMemberRoles, () => ({ result: organizationRoles() })),
  instanceHandler(ManagementService.method.listOrgMembers, (call, { query, queries }) => {
    const organization = organizationInContext(call);
    const found = listMembers(call.database, organization.id).flatMap(({ userId, roles }) => {
      const user = findUser(call.database, userId);
      const details = readDetails(organization, organization.id);
      return user === undefined ? [] : [{ ...memberMessage(user), roles: [...roles], details }];
    });
    const wanted = found.filter((member) => queries.every((condition) => matches(member, condition)));
    return { details: listDetails(wanted, query, call), result: pageOf(wanted, query, undefined) };
  }),
  instanceHandler(ManagementService.method.addOrgMember, (call, { userId, roles }) => {
    const organization = organizationInContext(call);
    const wanted = memberRoles(roles);
    if (roles.length === 0) throw invalidArgument('Org-4N8es', 'Errors.Org.MemberInvalid');
    if (userOf(call, userId) === undefined) throw failedPrecondition('ORG-GoXOn', 'User could not be found');
    if (memberRolesOf(call.database, userId, organization.id) !== undefined) {
      throw alreadyExists('ORG-poWwe', 'Member already exists');
    }
    putMember(call.database, userId, organization.id, wanted);
    return { details: addedDetails({ ...organization, createdAt: call.now }, organization.id) };
  }),
  instanceHandler(ManagementService.method.updateOrgMember, (call, { userId, roles }) => {
    const organization = organizationInContext(call);
    const wanted = memberRoles(roles);
    const current = memberRolesOf(call.database, userId, organization.id);
    if (current === undefined) throw notFound('Org-D8JxR', 'Member not found');
    if (current.join(' ') === wanted.join(' ')) throw failedPrecondition('Org-LiaZi', 'Roles have not been changed');
    putMember(call.database, userId, organization.id, wanted);
    return { details: changedDetails({ ...organization, changedAt: call.now }, organization.id) };
  }),
  instanceHandler(ManagementService.method.removeOrgMember, (call, { userId }) => {
    const organization = organizationInContext(call);
    // Who is no member stays none: the server has nothing to do, and says so by leaving out the details.
    if (memberRolesOf(call.database, userId, organization.id) === undefined) return {};
    putMember(call.database, userId, organization.id, []);
    return { details: changedDetails({ ...organization, changedAt: call.now }, organization.id) };
  }),
  instanceHandler(AdminService.method.addIAMMember, (call, { userId, roles }) => {
    if (userOf(call, userId) === undefined) throw failedPrecondition('INSTA-GSXOn', 'User could not be found');
    if (memberRolesOf(call.database, userId, undefined) !== undefined) throw alreadyExists('INSTA-pFDwe', 'Member already exists');
    putMember(call.database, userId, undefined, roles);
    return { details: addedDetails({ ...call.instance, createdAt: call.now }, call.instance.id) };
  }),
];

type MemberFields = Partial<Omit<Member, '$typeName' | 'details'>>;

function matches({ userId = '', email = '', firstName = '', lastName = '' }: MemberFields, { query }: SearchQuery): boolean {
  switch (query.case) {
    case 'userIdQuery':
      return query.value.userId === userId;
    case 'emailQuery':
      return matchesText(email, query.value.email, query.value.method);
    case 'firstNameQuery':
      return matchesText(firstName, query.value.firstName, query.value.method);
    case 'lastNameQuery':
      return matchesText(lastName, query.value.lastName, query.value.method);
    default:
      return true;
  }
}

function memberMessage({ id, organizationId, userName, kind, profile }: UserRecord): MemberFields {
  const text = (name: string) => String(profile[name] ?? '');
  const common = { userId: id, preferredLoginName: userName, userResourceOwner: organizationId };
  if (kind === 'machine') return { ...common, displayName: text('name'), userType: Type.MACHINE };
  const names = { firstName: text('firstName'), lastName: text('lastName'), displayName: text('displayName'), email: text('email') };
  return { ...common, ...names, userType: Type.HUMAN };
}

function userOf({ database, instance }: InstanceCall, id: string): UserRecord | undefined {
  const user = findUser(database, id);
  return user?.instanceId === instance.id ? user : undefined;
}
