import type { Context } from '../../../context/context.ts';
import { isCliError } from '../../../errors.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import { askIfMissing, mustConfirm } from '../../kit/ask.ts';
import type { Input } from '../../kit/command.ts';
import type { Result } from '../../kit/result.ts';
import { deleteFound } from '../delete-found.ts';
import { namedOrganization } from '../find.ts';
import { renamed } from '../renamed.ts';

/** `org delete` at ZITADEL: with its users and projects. */
export async function deleteOrganization(context: Context, { args: [given] }: Pick<Input, 'args'>): Promise<Result> {
  const org = await askIfMissing(context, given, {
    what: 'ORG',
    example: 'flowkiwi org delete "Acme Corp"',
    message: 'Id or name of the organization:',
  });
  const ask = mustConfirm(context, `delete the organization ${org}`);
  const organization = await readBack(context, org);
  const { id, name } = organization;
  if (org !== id && org.trim().toLowerCase() !== name.toLowerCase()) throw renamed(org, organization);
  return deleteFound(context, { organization, ask, remove: (await context.zitadel()).deleteOrganization });
}

/** The organization as it is now. One that the server has no more is forgotten. */
async function readBack(context: Context, org: string): Promise<ZitadelOrganization> {
  try {
    return await namedOrganization(context, org);
  } catch (error) {
    const organizations = await context.organizations();
    if (isCliError(error) && error.code === 'not_found') await organizations.forget(await organizations.resolve(org));
    throw error;
  }
}
