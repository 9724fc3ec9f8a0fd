import type { Context } from '../../context/context.ts';
import { CliError, isCliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import { askIfMissing, confirmByName, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { deletedData } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { deletedResult, type Result } from '../kit/result.ts';
import { ORG, zitadelOrganization } from './find.ts';

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
  data: both(deletedData),
  effect: 'deletes',
  org: both('ignored'),
}).run({
  flowkiwi: async (context, { args: [given] }) => {
    const org = await askForOrg(context, given);
    const ask = mustConfirm(context, `deleting the organization ${org}`);
    const id = await (await context.organizations()).resolve(org);
    const organization = await readOrForget(context, org, async () => (await context.flowkiwi()).getOrganization(id));
    if (org !== id && org !== organization.name) throw renamed(org, organization);
    return deleteFound(context, { organization, ask, remove: (await context.flowkiwi()).deleteOrganization });
  },
  zitadel: async (context, { args: [given] }) => {
    const org = await askForOrg(context, given);
    const ask = mustConfirm(context, `deleting the organization ${org}`);
    const organization = await readOrForget(context, org, () => zitadelOrganization(context, org));
    const { id, name } = organization;
    if (org !== id && org.trim().toLowerCase() !== name.toLowerCase()) throw renamed(org, organization);
    return deleteFound(context, { organization, ask, remove: (await context.zitadel()).deleteOrganization });
  },
});

function askForOrg(context: Context, given: string | undefined): Promise<string> {
  return askIfMissing(context, given, {
    kind: 'reference',
    what: 'ORG',
    example: flowkiwi('org', 'delete', 'Acme Corp'),
    message: 'Id or name of the organization:',
  });
}

/** The organization as the server has it now. One that the server no longer has is forgotten. */
async function readOrForget<T>(context: Context, org: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const organizations = await context.organizations();
    if (isCliError(error) && error.code === 'not_found') await organizations.forget(await organizations.resolve(org));
    throw error;
  }
}

/** Names are remembered, and may have changed since: what is to be deleted is not what was meant. */
function renamed(meant: string, { id, name }: { readonly id: string; readonly name: string | null }): CliError {
  const now = name === null ? 'without a name' : `named ${JSON.stringify(name)}`;
  return new CliError('conflict', `the organization that was named ${JSON.stringify(meant)} is now ${now}`, {
    hint: helpWith('to delete it all the same, give its id', 'org', 'delete', { id }),
  });
}

interface FoundOrganization {
  readonly organization: { readonly id: string; readonly name: string | null };
  /** Whether a person has to give its name first. */
  readonly ask: boolean;
  /** Deletes it at the server. */
  readonly remove: (id: string) => Promise<void>;
}

/** Deletes an organization that was read back just now, and forgets it. Throws as `confirmByName` and `remove` do. */
async function deleteFound(context: Context, { organization, ask, remove }: FoundOrganization): Promise<Result> {
  const { id } = organization;
  const organizations = await context.organizations();
  const { current } = await organizations.read();
  if (ask) await confirmByName(context, 'organization', organization);
  await remove(id);
  await organizations.forget(id);
  return deletedResult('organization', organization, { next: current === id ? flowkiwi('org', 'list') : undefined });
}
