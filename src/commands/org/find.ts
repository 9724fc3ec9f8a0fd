import type { Context } from '../../context/context.ts';
import { CliError, isCliError, withHint } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { interruptedWith } from '../../identity/look-for-lost.ts';
import { noOrganization } from '../../identity/organization.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import type { ZitadelIdentity } from '../../identity/zitadel/zitadel-identity.ts';
import type { Argument } from '../kit/command.ts';

/** ORG on a command line: an id, or a name that Flowkiwi's profile remembers and ZITADEL looks up. */
export const ORG = {
  name: 'org',
  kind: 'reference',
  summary: 'id, or a name (at Flowkiwi: that this profile knows)',
} as const satisfies Argument;

/** Ids are numbers, unless somebody has chosen another one. */
const ID = /^\d{1,20}$/;

/** Reads the organization of ZITADEL that an id or a name means, as who is signed in unless another is given. Throws `not_found`, `usage` for an empty one. */
export async function zitadelOrganization(context: Context, given: string, as?: ZitadelIdentity): Promise<ZitadelOrganization> {
  const zitadel = as ?? (await context.zitadel());
  if (given.trim() === '') throw new CliError('usage', 'the organization is empty', { hint: 'give its id or its name' });
  const found = ID.test(given) ? undefined : await findByName(zitadel, given);
  if (found) return found;
  // A search lags behind: what this profile has created is known before.
  const id = await (await context.organizations()).resolve(given);
  try {
    return await zitadel.getOrganization(id);
  } catch (error) {
    if (!isCliError(error) || error.code !== 'not_found') throw error;
    const named = ID.test(given) ? await findByName(zitadel, given) : undefined;
    if (named) return named;
    // Without a status it is ours, and says more: that it was deleted.
    const gone = error.status === undefined ? error : noOrganization(given, error);
    throw withHint(gone, helpWith('to see the ids and names of those that are there', 'org', 'list'));
  }
}

/** Its id alone: one that is given as an id is not read. */
export async function zitadelOrganizationId(context: Context, given: string, as?: ZitadelIdentity): Promise<string> {
  return ID.test(given) ? given : (await zitadelOrganization(context, given, as)).id;
}

/** Undefined also when the caller may not search: who is not an administrator of the instance. */
async function findByName(zitadel: ZitadelIdentity, name: string): Promise<ZitadelOrganization | undefined> {
  try {
    return await zitadel.findOrganization(name);
  } catch (error) {
    if (isCliError(error) && error.code === 'forbidden') return undefined;
    throw error;
  }
}

/** Remembers an organization that was created just now, and reads it meanwhile: the file is written while the server answers. */
export async function rememberCreated(
  context: Context,
  created: ZitadelOrganization,
  { use }: { readonly use: boolean },
): Promise<ZitadelOrganization> {
  const remembering = (await context.organizations()).remember(created, { use });
  const reading = readCreatedOrganization(context, created);
  // Whatever becomes of one, the other ends.
  await Promise.allSettled([remembering, reading]);
  await remembering;
  return reading;
}

/**
 * An organization of ZITADEL as the server has it now: the answer to a create says little of it. When it cannot be read, what that answer said: the
 * organization is there all the same, and the person who has created it needs its id.
 */
async function readCreatedOrganization(context: Context, created: ZitadelOrganization): Promise<ZitadelOrganization> {
  try {
    return await (await context.zitadel()).getOrganization(created.id);
  } catch (error) {
    const { interruption } = context.edges;
    if (interruption.aborted)
      throw interruptedWith(interruption.reason, { message: `organization ${created.name} (${created.id}) was created`, hint: undefined });
    if (!isCliError(error)) throw error;
    await context.messages.notice(`The organization was created, and cannot be read: ${error.message}`);
    return created;
  }
}
