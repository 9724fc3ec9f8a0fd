import type { Context } from '../../../context/context.ts';
import { flowkiwi } from '../../../hint.ts';
import type { OrganizationDomain, ValidationMethod } from '../../../identity/zitadel/domain.ts';
import type { DomainOfOrganization } from '../../../identity/zitadel/domain-requests.ts';
import { defineCommand } from '../../kit/command.ts';
import { objectOf } from '../../kit/data.ts';
import { choice } from '../../kit/option.ts';
import { both } from '../../kit/provider.ts';
import { nameAndId, recordResult } from '../../kit/result.ts';
import { waitUntilFound } from '../../kit/wait.ts';
import { zitadelTarget } from '../zitadel-target.ts';
import { askForDomain, DOMAIN } from './find.ts';
import { type ChallengedDomain, challengedDomainView, challengeInWords, unreadDomain } from './views.ts';

const EXAMPLE = flowkiwi('org', 'domain', 'add', 'acme.example');

export const orgDomainAdd = defineCommand({
  name: 'add',
  summary: 'add a domain to an organization (ZITADEL)',
  description:
    'Adds a domain to the current organization, or to that of --org. Where the instance wants domains verified, it prints a token, which has to be ' +
    'found at the domain before org domain verify: as a TXT record, or with --method http in a file. For a domain that is there, --method makes ' +
    'another token, and the one before it is void.',
  arguments: [DOMAIN],
  options: { method: choice('--method <method>', ['dns', 'http'], 'how it is verified: dns or http; dns when absent') },
  examples: ['flowkiwi org domain add acme.example', 'flowkiwi org domain add acme.example --method http --json'],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: both(() => objectOf(challengedDomainView)),
  effect: 'changes',
  org: { flowkiwi: 'refused', zitadel: 'used' },
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given], options: { method } }) => {
    context.printer.check(challengedDomainView);
    const { checkedDomain } = await import('../../../identity/zitadel/rules.ts');
    const domain = checkedDomain(await askForDomain(context, given, EXAMPLE), EXAMPLE);
    const organization = await zitadelTarget(context);
    const of = { organizationId: organization.id, domain };
    const zitadel = await context.zitadel();
    const isNew = (await zitadel.addOrganizationDomain(of)) === 'added';
    const read = await waitUntilFound(context, () => zitadel.findOrganizationDomain(of));
    if (!read) await context.messages.notice('The domain was added, and cannot be read yet');
    const there = read ?? unreadDomain(domain);
    // A token that was printed once may stand at the domain by now.
    const keepsToken = there.verified || (!isNew && method === undefined && there.validation_type !== null);
    const added = keepsToken ? { ...there, ...NO_CHALLENGE } : await challenged(context, of, there, method ?? 'dns');
    const verify = flowkiwi('org', 'domain', 'verify', { id: domain }, '--org', { id: organization.id });
    const where = `organization ${nameAndId(organization)}`;
    return recordResult(challengedDomainView, added, {
      success: isNew ? `Added domain ${domain} to ${where}` : `The ${where} has the domain ${domain} already`,
      ...(!added.verified && { next: verify }),
    });
  },
});

const NO_CHALLENGE = { validation_token: null, validation_url: null };

/** Has a domain challenged, and says what has to be done. */
async function challenged(
  context: Context,
  of: DomainOfOrganization,
  domain: OrganizationDomain,
  method: ValidationMethod,
): Promise<ChallengedDomain> {
  const challenge = await (await context.zitadel()).challengeDomain(of, method);
  if (!challenge) return { ...domain, verified: true, ...NO_CHALLENGE };
  await context.messages.notice(challengeInWords(method, challenge));
  return { ...domain, validation_type: method, validation_token: challenge.token, validation_url: challenge.url };
}
