import type { Context } from '../../../context/context.ts';
import { CliError } from '../../../errors.ts';
import { NEEDS_SYSTEM_USER } from '../../../identity/zitadel/dialect.ts';
import type { ZitadelInstance } from '../../../identity/zitadel/instance.ts';

/** Ids are numbers, and no domain is. */
const ID = /^\d{1,20}$/;

/**
 * Reads the instance that an id or a domain means; the profile's own when it means nothing. A system user sees them all, anybody else the one that
 * they belong to. Throws `not_found`.
 */
export async function namedInstance(context: Context, given: string | undefined): Promise<ZitadelInstance> {
  const zitadel = await context.zitadel();
  if (given === undefined) return zitadel.getOwnInstance();
  const { systemUser } = await context.profile();
  if (!systemUser) return ownInstance(context, given);
  if (ID.test(given)) return zitadel.getInstance(given);
  const found = await zitadel.findInstance(given.toLowerCase());
  if (found) return found;
  throw new CliError('not_found', `no instance has the domain ${given}`, {
    hint: 'flowkiwi instance list shows the instances that are there',
  });
}

/** Its id alone: one that is given as an id is not read. */
export async function instanceId(context: Context, given: string): Promise<string> {
  return ID.test(given) ? given : (await namedInstance(context, given)).id;
}

/** The profile's own instance, if it is the one that is meant. */
async function ownInstance(context: Context, given: string): Promise<ZitadelInstance> {
  const own = await (await context.zitadel()).getOwnInstance();
  if (own.id === given || own.domains.includes(given.toLowerCase())) return own;
  throw new CliError('not_found', `${given} is not the instance of the profile, which is ${own.name} (${own.id})`, {
    hint: `any other one can be seen by a system user alone; ${NEEDS_SYSTEM_USER}`,
  });
}
