import { defineCommand } from '../../kit/command.ts';
import { listOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { listResult } from '../../kit/result.ts';
import { zitadelTargetOrOwn } from '../zitadel-target.ts';
import { memberView } from './views.ts';

export const orgMemberList = defineCommand({
  name: 'list',
  summary: 'list the members of an organization with their roles (ZITADEL)',
  description:
    'Lists the users who have roles in the current organization, or in that of --org, page after page as they are printed. Without either, those ' +
    'of the organization of the account that is signed in.',
  examples: ['flowkiwi org member list', 'flowkiwi org member list --org "Acme Corp" --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(() => listOf(memberView)),
  effect: 'reads',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context) => {
    context.printer.check(memberView);
    const { id } = await zitadelTargetOrOwn(context);
    return listResult(memberView, (await context.zitadel()).listMembers(id));
  },
});
