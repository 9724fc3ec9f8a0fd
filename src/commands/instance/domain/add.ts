import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { recordResult } from '../../kit/result.ts';
import { waitUntilFound } from '../../kit/wait.ts';
import { INSTANCE, zitadelInstanceId } from '../find.ts';
import { askForDomain, DOMAIN, exampleOf, unreadDomain } from './find.ts';
import { instanceDomainView } from './views.ts';

export const instanceDomainAdd = defineCommand({
  name: 'add',
  summary: 'let an instance answer at another domain (ZITADEL)',
  description: 'Adds a domain that an instance is addressed by. No other instance of the system can have it. Needs a system user.',
  arguments: [INSTANCE, DOMAIN],
  examples: [
    'flowkiwi instance domain add acme.example login.acme.example',
    'flowkiwi instance domain add 288934501122441273 login.acme.example --json',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(instanceDomainView)),
  effect: 'changes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args }) => {
    context.printer.check(instanceDomainView);
    const { checkedDomain } = await import('../../../identity/zitadel/rules.ts');
    const words = await askForDomain(context, args, 'add');
    const domain = checkedDomain(words.domain, exampleOf('add'));
    const instanceId = await zitadelInstanceId(context, words.instance);
    const zitadel = await context.zitadel();
    const outcome = await zitadel.addInstanceDomain({ instanceId, domain });
    const read = await waitUntilFound(context, async () => {
      for await (const known of zitadel.listInstanceDomains(instanceId)) if (known.domain === domain) return known;
      return undefined;
    });
    if (!read) await context.messages.notice('The domain was added, and cannot be read yet');
    return recordResult(instanceDomainView, read ?? unreadDomain(domain), {
      success:
        outcome === 'added'
          ? `Added domain ${domain} to instance ${instanceId}`
          : `The instance ${instanceId} has the domain ${domain} already`,
    });
  },
});
