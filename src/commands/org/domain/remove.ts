import { CliError } from '../../../errors.ts';
import { helpWith } from '../../../hint.ts';
import { defineCommand } from '../../kit/command.ts';
import { objectWith } from '../../kit/data.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, valueResult } from '../../kit/result.ts';
import { DOMAIN, meantDomain } from './find.ts';

export const orgDomainRemove = defineCommand({
  name: 'remove',
  summary: 'take a domain from an organization (ZITADEL)',
  description:
    'Takes a domain from the current organization, or from that of --org. Login names that end in it no longer work. The primary one cannot be removed.',
  arguments: [DOMAIN],
  examples: ['flowkiwi org domain remove acme.example', 'flowkiwi org domain remove acme.example --org "Acme Corp"'],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectWith({ domain: 'string', removed: 'boolean' })),
  effect: 'deletes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    const { organization, domain } = await meantDomain(context, given, 'remove');
    const where = `organization ${nameAndId(organization)}`;
    if ((await (await context.zitadel()).removeOrganizationDomain({ organizationId: organization.id, domain })) === 'removed') {
      return valueResult({ domain, removed: true }, [], { success: `Removed domain ${domain} from ${where}` });
    }
    throw new CliError('not_found', `the ${where} has no domain ${domain}`, {
      hint: helpWith('to see those that it has', 'org', 'domain', 'list', '--org', { id: organization.id }),
    });
  },
});
