import { AdminService, type SetUpOrgRequest_Human } from '@zitadel/proto/zitadel/admin_pb';
import { Gender } from '@zitadel/proto/zitadel/user_pb';
import { createHuman, createOrganization, memberRoles } from '../creation.ts';
import { organizationDomain } from '../rules/domains.ts';
import { checkHashable, checkHuman, type NewHuman } from '../rules/human.ts';
import { invalidArgument } from '../status.ts';
import { putMember } from '../store/member-store.ts';
import { addedDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';

/** An organization with its administrator in one call (contract section 1.3). */
export const organizationSetupHandlers: readonly Handler[] = [
  instanceHandler(AdminService.method.setUpOrg, ({ database, instance, now, requestedHost }, { org, user, roles }) => {
    if (org === undefined || user.case !== 'human') throw new TypeError('a rule of the message was not checked');
    const generatedDomain = organizationDomain(org.name, requestedHost);
    const name = org.name.trim();
    if (name === '') throw invalidArgument('ORG-mruNY', 'Errors.Invalid.Argument');
    if (org.domain !== '' && org.domain.trim() === '') throw invalidArgument('ORG-r3h4J', 'Errors.Invalid.Argument');
    const human = checkHuman(newHuman(user.value));
    const ownerRoles = memberRoles(roles);
    return database.transaction(() => {
      const customDomain = org.domain.trim() || undefined;
      const organization = createOrganization(database, { instanceId: instance.id, name, generatedDomain, customDomain, now });
      const { id } = createHuman(database, organization, human, now);
      checkHashable(human.password);
      putMember(database, id, organization.id, ownerRoles);
      const details = addedDetails({ ...organization, sequence: organization.sequence + 1 }, organization.id);
      return { details, orgId: organization.id, userId: id };
    });
  }),
];

function newHuman({ userName, profile, email, phone, password }: SetUpOrgRequest_Human): NewHuman {
  return {
    userName,
    password,
    firstName: profile?.firstName ?? '',
    lastName: profile?.lastName ?? '',
    nickName: profile?.nickName ?? '',
    displayName: profile?.displayName ?? '',
    preferredLanguage: profile?.preferredLanguage ?? '',
    gender: Gender[profile?.gender ?? Gender.UNSPECIFIED],
    email: email?.email ?? '',
    isEmailVerified: email?.isEmailVerified ?? false,
    phone: phone?.phone ?? '',
  };
}
