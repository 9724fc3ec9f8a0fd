import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, recordResult } from '../../kit/result.ts';
import { DOMAIN, meantDomain } from './find.ts';
import { organizationDomainView, unreadDomain } from './views.ts';

export const orgDomainPrimary = defineCommand({
  name: 'primary',
  summary: 'make a domain the primary one of its organization (ZITADEL)',
  description:
    'Makes a verified domain the one that login names of the current organization, or of that of --org, end in when they are shown.',
  arguments: [DOMAIN],
  examples: ['flowkiwi org domain primary acme.example', 'flowkiwi org domain primary acme.example --org "Acme Corp" --json'],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(organizationDomainView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(organizationDomainView);
    const { organization, domain, known } = await meantDomain(context, given, 'primary');
    await (await context.zitadel()).setPrimaryOrganizationDomain({ organizationId: organization.id, domain });
    const primary = { ...(known ?? unreadDomain(domain)), primary: true, verified: true };
    return recordResult(organizationDomainView, primary, {
      success: `The primary domain of organization ${nameAndId(organization)} is ${domain}`,
    });
  },
});
