import { flowkiwi } from '../../../hint.ts';
import type { AddedMember } from '../../../identity/zitadel/members.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import { askIfMissing } from '../../kit/ask.ts';
import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { texts } from '../../kit/option.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, recordResult } from '../../kit/result.ts';
import { zitadelTarget } from '../zitadel-target.ts';
import { checkedRoles, meantUser, USER, userInWords } from './find.ts';
import { memberView } from './views.ts';

const EXAMPLE = flowkiwi('org', 'member', 'add', 'jane@acme.example', '--role', 'ORG_OWNER');

export const orgMemberAdd = defineCommand({
  name: 'add',
  summary: 'give a user roles in an organization (ZITADEL)',
  description:
    'Gives a user of any organization of the instance roles in the current organization, or in that of --org. Who is a member keeps the roles ' +
    'that are there: to take some away, remove the member, and add it with the others.',
  arguments: [USER],
  options: { role: texts('--role <role>', 'setting', 'such as ORG_OWNER, one of those that the server has; repeatable') },
  examples: [
    'flowkiwi org member add jane@acme.example --role ORG_OWNER',
    'flowkiwi org member add 288934501122441273 --role ORG_USER_MANAGER --role ORG_SETTINGS_MANAGER --org "Acme Corp"',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(memberView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given], options: { role } }) => {
    context.printer.check(memberView);
    const { id, user } = await meantUser(context, given, EXAMPLE);
    const asked = { kind: 'setting', what: '--role', example: EXAMPLE, message: 'Role, such as ORG_OWNER:' } as const;
    const wanted = role.length > 0 ? role : [await askIfMissing(context, undefined, asked)];
    const organization = await zitadelTarget(context);
    const zitadel = await context.zitadel();
    const roles = checkedRoles(wanted, await zitadel.listMemberRoles(organization.id));
    const added = await zitadel.addMember({ organizationId: organization.id, userId: id, roles }, user);
    return recordResult(memberView, added.member, { success: inWords(added, organization) });
  },
});

function inWords({ member, outcome }: AddedMember, organization: ZitadelOrganization): string {
  const [who, where, roles] = [userInWords(member), nameAndId(organization), member.roles.join(', ')];
  switch (outcome) {
    case 'added':
      return `Added ${who} to organization ${where}: ${roles}`;
    case 'extended':
      return `Gave ${who}, a member of organization ${where}, more roles: ${roles}`;
    case 'unchanged':
      return `${who} is a member of organization ${where} with these roles already: ${roles}`;
  }
}
