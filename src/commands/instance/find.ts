import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { isHandle } from '../../identity/flowkiwi/handle.ts';
import type { Instance } from '../../identity/instance.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';
import type { Argument } from '../kit/command.ts';

/** INSTANCE on a command line: an id or a handle. */
export const INSTANCE = { name: 'instance', kind: 'handle', summary: 'id or handle; at ZITADEL id or domain' } as const satisfies Argument;

/** The instance of Flowkiwi that an id or a handle names. Throws `not_found`. */
export function flowkiwiInstance(provider: FlowkiwiIdentity, organizationId: string, instance: string): Promise<Instance> {
  return isHandle(instance) ? provider.findInstance(organizationId, instance) : provider.getInstance(organizationId, instance);
}

/** The same where the id is enough: an id is not looked up. */
export async function flowkiwiInstanceId(provider: FlowkiwiIdentity, organizationId: string, instance: string): Promise<string> {
  return isHandle(instance) ? (await provider.findInstance(organizationId, instance)).id : instance;
}

/** Ids of ZITADEL are numbers, and no domain is. */
const ZITADEL_ID = /^\d{1,20}$/;

/**
 * Reads the instance of ZITADEL that an id or a domain means; the profile's own when it means nothing. A system user sees them all, anybody
 * else the one that they belong to. Throws `not_found`.
 */
export async function zitadelInstance(context: Context, given: string | undefined): Promise<ZitadelInstance> {
  const zitadel = await context.zitadel();
  if (given === undefined) return zitadel.getOwnInstance();
  const { systemUser } = await context.profile();
  if (!systemUser) return ownInstance(context, given);
  if (ZITADEL_ID.test(given)) return zitadel.getInstance(given);
  const found = await zitadel.findInstance(given.toLowerCase());
  if (found) return found;
  throw new CliError('not_found', `no instance has the domain ${given}`, {
    hint: helpWith('to see the instances that are there', 'instance', 'list'),
  });
}

/** Its id alone: one that is given as an id is not read. */
export async function zitadelInstanceId(context: Context, given: string): Promise<string> {
  return ZITADEL_ID.test(given) ? given : (await zitadelInstance(context, given)).id;
}

/** The profile's own instance, if it is the one that is meant. */
async function ownInstance(context: Context, given: string): Promise<ZitadelInstance> {
  const own = await (await context.zitadel()).getOwnInstance();
  if (own.id === given || own.domains.includes(given.toLowerCase())) return own;
  const { NEEDS_SYSTEM_USER } = await import('../../identity/zitadel/dialect.ts');
  throw new CliError('not_found', `${given} is not the instance of the profile, which is ${own.name} (${own.id})`, {
    hint: { ...NEEDS_SYSTEM_USER, say: `any other one can be seen by a system user alone; ${NEEDS_SYSTEM_USER.say}` },
  });
}
