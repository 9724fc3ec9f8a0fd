import type { Context } from '../../../context/context.ts';
import { CliError } from '../../../errors.ts';
import { type CommandLine, flowkiwi } from '../../../hint.ts';
import type { OrganizationDomain } from '../../../identity/zitadel/domain.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import { askIfMissing } from '../../kit/ask.ts';
import type { Argument } from '../../kit/command.ts';
import { zitadelTarget } from '../zitadel-target.ts';

/** DOMAIN on a command line. */
export const DOMAIN = { name: 'domain', kind: 'setting', summary: 'such as acme.example' } as const satisfies Argument;

/** A domain that a command line means, of the organization that it changes. */
export interface MeantDomain {
  readonly organization: ZitadelOrganization;
  /** As the server writes it, where it has it. */
  readonly domain: string;
  /** Undefined for one that the organization does not have, or got a moment ago. */
  readonly known: OrganizationDomain | undefined;
}

/** The domain that is given, whatever its case. Asks for one that is missing. Throws `usage` for an empty one. */
export async function meantDomain(context: Context, given: string | undefined, verb: string): Promise<MeantDomain> {
  const wanted = await askForDomain(context, given, flowkiwi('org', 'domain', verb, 'acme.example'));
  const organization = await zitadelTarget(context);
  let inOtherCase: OrganizationDomain | undefined;
  for await (const known of (await context.zitadel()).listOrganizationDomains(organization.id)) {
    if (known.domain === wanted) return { organization, domain: wanted, known };
    if (known.domain.toLowerCase() === wanted.toLowerCase()) inOtherCase = known;
  }
  return { organization, domain: inOtherCase?.domain ?? wanted.toLowerCase(), known: inOtherCase };
}

/** A domain that was given, or is asked for. Throws `usage` for an empty one. */
export async function askForDomain(context: Context, given: string | undefined, example: CommandLine): Promise<string> {
  const wanted = await askIfMissing(context, given, { kind: 'setting', what: 'DOMAIN', example, message: 'Domain:' });
  if (wanted !== '') return wanted;
  throw new CliError('usage', 'the domain is empty', { hint: { say: 'for example', command: example } });
}
