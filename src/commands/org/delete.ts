import type { Context } from '../../context/context.ts';
import { isCliError } from '../../errors.ts';
import type { Organization } from '../../identity/organization.ts';
import { askIfMissing, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { deleteFound } from './delete-found.ts';
import { ORG } from './find.ts';
import { renamed } from './renamed.ts';

export const orgDelete = defineCommand({
  name: 'delete',
  summary: 'delete an organization that has no instances',
  description:
    'Deletes an organization for good. Only an owner may do that, and only when no instance is left in it: no documented call deletes an ' +
    'instance, so each one has to be transferred first. At ZITADEL its users and projects are lost with it. Asks for the name, unless --yes ' +
    'is given.',
  arguments: [ORG],
  examples: ['flowkiwi org delete "Acme Corp"', 'flowkiwi org delete 0196f3a0-1111-7000-8000-000000000001 --yes'],
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable', 'interrupted'],
  zitadel: async () => (await import('./zitadel/delete.ts')).deleteOrganization,
  run: async (context, { args: [given] }) => {
    const org = await askIfMissing(context, given, {
      what: 'ORG',
      example: 'flowkiwi org delete "Acme Corp"',
      message: 'Id or name of the organization:',
    });
    const ask = mustConfirm(context, `delete the organization ${org}`);
    const id = await (await context.organizations()).resolve(org);
    const organization = await readBack(context, id);
    if (org !== id && org !== organization.name) throw renamed(org, organization);
    return deleteFound(context, { organization, ask, remove: (await context.flowkiwi()).deleteOrganization });
  },
});

/** The organization as it is now. One that the server has no more is forgotten. */
async function readBack(context: Context, id: string): Promise<Organization> {
  try {
    return await (await context.flowkiwi()).getOrganization(id);
  } catch (error) {
    if (isCliError(error) && error.code === 'not_found') await (await context.organizations()).forget(id);
    throw error;
  }
}
