import type { Context } from '../../context/context.ts';
import { CliError, isCliError, withHint } from '../../errors.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';

/** ORG on a command line: an id, or a name that Flowkiwi's profile remembers and ZITADEL looks up. */
export const ORG = { name: 'org', summary: 'id, or a name (at Flowkiwi: that this profile knows)' };

/** Ids are numbers, unless somebody has chosen another one. */
const ID = /^\d{1,20}$/;

/** Reads the organization that an id or a name means. Throws `not_found`, `usage` for an empty one. */
export async function namedOrganization(context: Context, given: string): Promise<ZitadelOrganization> {
  const zitadel = await context.zitadel();
  if (given.trim() === '') throw new CliError('usage', 'the organization is empty', { hint: 'give its id or its name' });
  const found = ID.test(given) ? undefined : await findByName(context, given);
  if (found) return found;
  // A search lags behind: what this profile has created is known before.
  const id = await (await context.organizations()).resolve(given);
  try {
    return await zitadel.getOrganization(id);
  } catch (error) {
    if (!isCliError(error) || error.code !== 'not_found') throw error;
    const named = ID.test(given) ? await findByName(context, given) : undefined;
    if (named) return named;
    throw withHint(error, 'give the id or the name of one that is there: flowkiwi org list shows them');
  }
}

/** Its id alone: one that is given as an id is not read. */
export async function organizationId(context: Context, given: string): Promise<string> {
  return ID.test(given) ? given : (await namedOrganization(context, given)).id;
}

/** Undefined also when the caller may not search: who is no administrator of the instance. */
async function findByName(context: Context, name: string): Promise<ZitadelOrganization | undefined> {
  try {
    return await (await context.zitadel()).findOrganization(name);
  } catch (error) {
    if (isCliError(error) && error.code === 'forbidden') return undefined;
    throw error;
  }
}
