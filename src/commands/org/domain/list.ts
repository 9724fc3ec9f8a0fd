import { defineCommand } from '../../kit/command.ts';
import { listOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { listResult } from '../../kit/result.ts';
import { zitadelTargetOrOwn } from '../zitadel-target.ts';
import { organizationDomainView } from './views.ts';

export const orgDomainList = defineCommand({
  name: 'list',
  summary: 'list the domains of an organization (ZITADEL)',
  description:
    'Lists the domains of the current organization, or of that of --org; without either, those of the organization of the account that is signed in.',
  examples: ['flowkiwi org domain list', 'flowkiwi org domain list --org "Acme Corp" --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(() => listOf(organizationDomainView)),
  effect: 'reads',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context) => {
    context.printer.check(organizationDomainView);
    const { id } = await zitadelTargetOrOwn(context);
    return listResult(organizationDomainView, (await context.zitadel()).listOrganizationDomains(id));
  },
});
