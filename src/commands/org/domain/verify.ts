import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, recordResult } from '../../kit/result.ts';
import { DOMAIN, meantDomain } from './find.ts';
import { organizationDomainView, unreadDomain } from './views.ts';

export const orgDomainVerify = defineCommand({
  name: 'verify',
  summary: 'have a domain of an organization verified (ZITADEL)',
  description:
    'Lets the server look for the token that org domain add has printed. Exits 75 while it is not found, which takes a while with DNS. Users of ' +
    'other organizations whose login names end in the domain get another one.',
  arguments: [DOMAIN],
  examples: ['flowkiwi org domain verify acme.example', 'flowkiwi org domain verify acme.example --org "Acme Corp" --json'],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(organizationDomainView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(organizationDomainView);
    const { organization, domain, known } = await meantDomain(context, given, 'verify');
    const outcome = await (await context.zitadel()).verifyDomain({ organizationId: organization.id, domain });
    const verified = { ...(known ?? unreadDomain(domain)), verified: true };
    const where = `organization ${nameAndId(organization)}`;
    return recordResult(organizationDomainView, verified, {
      success: outcome === 'verified' ? `Verified domain ${domain} of ${where}` : `Domain ${domain} of ${where} is verified already`,
    });
  },
});
