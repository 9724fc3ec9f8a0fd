import { CliError } from '../../../errors.ts';
import { helpWith } from '../../../hint.ts';
import { defineCommand } from '../../kit/command.ts';
import { objectWith } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { valueResult } from '../../kit/result.ts';
import { INSTANCE } from '../find.ts';
import { DOMAIN, meantDomain } from './find.ts';

export const instanceDomainRemove = defineCommand({
  name: 'remove',
  summary: 'take a domain from an instance (ZITADEL)',
  description:
    'Takes a domain from an instance, which no longer answers there. The one that was generated with the instance cannot be removed. Needs a system user.',
  arguments: [INSTANCE, DOMAIN],
  examples: [
    'flowkiwi instance domain remove 288934501122441273 login.acme.example',
    'flowkiwi instance domain remove acme.example login.acme.example --json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(() => objectWith({ domain: 'string', removed: 'boolean' })),
  effect: 'deletes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args }) => {
    const { instanceId, domain } = await meantDomain(context, args, 'remove');
    if ((await (await context.zitadel()).removeInstanceDomain({ instanceId, domain })) === 'removed') {
      return valueResult({ domain, removed: true }, [], { success: `Removed domain ${domain} from instance ${instanceId}` });
    }
    throw new CliError('not_found', `the instance ${instanceId} has no domain ${domain}`, {
      hint: helpWith('to see those that it has', 'instance', 'domain', 'list', { id: instanceId }),
    });
  },
});
