import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { recordResult } from '../../kit/result.ts';
import { INSTANCE } from '../find.ts';
import { DOMAIN, meantDomain, unreadDomain } from './find.ts';
import { instanceDomainView } from './views.ts';

export const instanceDomainPrimary = defineCommand({
  name: 'primary',
  summary: 'make a domain the primary one of its instance (ZITADEL)',
  description: 'Makes one of the domains of an instance the one that stands in its links and mails. Needs a system user.',
  arguments: [INSTANCE, DOMAIN],
  examples: [
    'flowkiwi instance domain primary acme.example login.acme.example',
    'flowkiwi instance domain primary 288934501122441273 login.acme.example --json',
  ],
  printsResource: true,
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(() => objectOf(instanceDomainView)),
  effect: 'changes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args }) => {
    context.printer.check(instanceDomainView);
    const { instanceId, domain, known } = await meantDomain(context, args, 'primary');
    await (await context.zitadel()).setPrimaryInstanceDomain({ instanceId, domain });
    return recordResult(
      instanceDomainView,
      { ...(known ?? unreadDomain(domain)), primary: true },
      { success: `The primary domain of instance ${instanceId} is ${domain}` },
    );
  },
});
