import { defineCommand } from '../../kit/command.ts';
import { listOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { listResult } from '../../kit/result.ts';
import { INSTANCE, zitadelInstance } from '../find.ts';
import { instanceDomainView } from './views.ts';

export const instanceDomainList = defineCommand({
  name: 'list',
  summary: 'list the domains of an instance (ZITADEL)',
  description:
    'Lists the domains that an instance is addressed by: those of the profile when none is named. Any other one needs a system user.',
  arguments: [{ ...INSTANCE, summary: `${INSTANCE.summary}; the one of the profile when absent` }],
  examples: ['flowkiwi instance domain list', 'flowkiwi instance domain list acme.example --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(() => listOf(instanceDomainView)),
  effect: 'reads',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(instanceDomainView);
    const zitadel = await context.zitadel();
    const { systemUser } = await context.profile();
    if (given === undefined) return listResult(instanceDomainView, zitadel.listOwnDomains());
    const { id } = await zitadelInstance(context, given);
    return listResult(instanceDomainView, systemUser ? zitadel.listInstanceDomains(id) : zitadel.listOwnDomains());
  },
});
