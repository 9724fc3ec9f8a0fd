import { CliError } from '../../../errors.ts';
import { flowkiwi, helpWith } from '../../../hint.ts';
import { defineCommand } from '../../kit/command.ts';
import { objectWith } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, valueResult } from '../../kit/result.ts';
import { zitadelTarget } from '../zitadel-target.ts';
import { meantUser, USER, userInWords } from './find.ts';

export const orgMemberRemove = defineCommand({
  name: 'remove',
  summary: 'take all roles in an organization from a user (ZITADEL)',
  description:
    'Takes all roles in the current organization, or in that of --org, from a user, who stays a user of the organization that they belong to.',
  arguments: [USER],
  examples: ['flowkiwi org member remove jane@acme.example', 'flowkiwi org member remove 288934501122441273 --org "Acme Corp"'],
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectWith({ id: 'string', name: 'string | null', removed: 'boolean' })),
  effect: 'deletes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    const { id, user } = await meantUser(context, given, flowkiwi('org', 'member', 'remove', 'jane@acme.example'));
    const organization = await zitadelTarget(context);
    const [who, where] = [userInWords(user ?? { id, name: null, preferred_login_name: null }), nameAndId(organization)];
    if ((await (await context.zitadel()).removeMember(organization.id, id)) === 'removed') {
      return valueResult({ id, name: user?.name ?? null, removed: true }, [], { success: `Removed ${who} from organization ${where}` });
    }
    throw new CliError('not_found', `${who} is no member of organization ${where}`, {
      hint: helpWith('to see who is', 'org', 'member', 'list', '--org', { id: organization.id }),
    });
  },
});
