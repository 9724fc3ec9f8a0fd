import type { Context } from '../../../context/context.ts';
import { isCliError } from '../../../errors.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import type { Input } from '../../command.ts';
import { commandLine } from '../../command-line.ts';
import { confirmByName, mustConfirm } from '../../confirm.ts';
import { orAsk } from '../../missing.ts';
import { deletedResult, type Result } from '../../result.ts';
import { renamed } from '../renamed.ts';
import { namedOrganization } from './named-organization.ts';

/** `org delete` at ZITADEL: with its users and projects. */
export async function deleteOrganization(context: Context, { args: [given] }: Pick<Input, 'args'>): Promise<Result> {
  const org = await orAsk(context, given, {
    what: 'ORG',
    example: 'flowkiwi org delete "Acme Corp"',
    message: 'Id or name of the organization:',
  });
  const ask = mustConfirm(context, `delete the organization ${org}`);
  const organizations = await context.organizations();
  const { current } = await organizations.read();
  const organization = await readBack(context, org);
  const { id, name } = organization;
  if (org !== id && org.trim().toLowerCase() !== name.toLowerCase()) throw renamed(org, organization);
  if (ask) await confirmByName(context, 'organization', organization);
  await (await context.zitadel()).deleteOrganization(id);
  await organizations.forget(id);
  return deletedResult('organization', organization, { next: current === id ? commandLine(context, 'org list') : undefined });
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
