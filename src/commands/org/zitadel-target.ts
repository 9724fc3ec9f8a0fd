import type { Context } from '../../context/context.ts';
import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import { workingOrganization } from './choose.ts';
import { zitadelOrganizationId } from './find.ts';

/**
 * The organization of ZITADEL that a command changes: the one that is given, that of `--org` or `FLOWKIWI_ORG`, the current one, or one that a person
 * chooses; read in its own context. Throws `usage` when there is none.
 */
export async function zitadelTarget(context: Context, given = context.options.org): Promise<ZitadelOrganization> {
  const id = given === undefined ? await workingOrganization(context, 'changes') : await zitadelOrganizationId(context, given);
  return (await context.zitadel()).getOrganizationInContext(id);
}

/** The same for a command that only reads: without any it is the one that the caller belongs to, which is said. */
export async function zitadelTargetOrOwn(context: Context): Promise<ZitadelOrganization> {
  const wanted = context.options.org ?? (await (await context.organizations()).current());
  return wanted === undefined ? ownOrganization(context) : zitadelTarget(context);
}

/** The organization of the account that is signed in, which is said. */
export async function ownOrganization(context: Context): Promise<ZitadelOrganization> {
  const organization = await (await context.zitadel()).getOwnOrganization();
  const { name, id } = organization;
  await context.messages.notice(`No organization is current: ${name} (${id}) is the one of the account that is signed in`);
  return organization;
}
