import type { Context } from '../../../context/context.ts';
import { type CommandLine, flowkiwi } from '../../../hint.ts';
import type { InstanceDomain } from '../../../identity/zitadel/instance.ts';
import { askForMissing } from '../../kit/ask.ts';
import type { Argument } from '../../kit/command.ts';
import { zitadelInstanceGiven } from '../choose.ts';
import { zitadelInstanceId } from '../find.ts';

/** DOMAIN on a command line. */
export const DOMAIN = { name: 'domain', kind: 'setting', summary: 'such as login.acme.example' } as const satisfies Argument;

interface Words {
  readonly instance: string;
  readonly domain: string;
}

/** The instance and the domain of a command line, asked for where they are missing. */
export async function askForDomain(context: Context, args: readonly (string | undefined)[], verb: string): Promise<Words> {
  const [given, domain] = args;
  // With both missing and nobody to ask, one error names both.
  const instance = given ?? (context.prompter && (await zitadelInstanceGiven(context, given, exampleOf(verb))));
  return askForMissing(context, exampleOf(verb), {
    instance: { given: instance, kind: 'handle', what: 'INSTANCE', message: 'Id or domain of the instance:' },
    domain: { given: domain, kind: 'setting', what: 'DOMAIN', message: 'Domain:' },
  });
}

/** A command line with an instance and a domain. */
export function exampleOf(verb: string): CommandLine {
  return flowkiwi('instance', 'domain', verb, '288934501122441273', 'login.acme.example');
}

/** A domain that a command line means. */
export interface MeantDomain {
  readonly instanceId: string;
  /** As the server writes it, where it has it. */
  readonly domain: string;
  /** Undefined for one that the instance does not have, or got a moment ago. */
  readonly known: InstanceDomain | undefined;
}

/** The domain that is given, whatever its case, of the instance that is given. */
export async function meantDomain(context: Context, args: readonly (string | undefined)[], verb: string): Promise<MeantDomain> {
  const { instance, domain: wanted } = await askForDomain(context, args, verb);
  const instanceId = await zitadelInstanceId(context, instance);
  let inOtherCase: InstanceDomain | undefined;
  for await (const known of (await context.zitadel()).listInstanceDomains(instanceId)) {
    if (known.domain === wanted) return { instanceId, domain: wanted, known };
    if (known.domain.toLowerCase() === wanted.toLowerCase()) inOtherCase = known;
  }
  return { instanceId, domain: inOtherCase?.domain ?? wanted.toLowerCase(), known: inOtherCase };
}

/** A domain as far as is known without reading it. */
export function unreadDomain(domain: string): InstanceDomain {
  return { domain, primary: false, generated: false, created_at: null, updated_at: null, sequence: null };
}
