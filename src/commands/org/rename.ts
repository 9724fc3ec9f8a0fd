import { checkedName } from '../../identity/organization.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { recordResult } from '../kit/result.ts';
import { ORG } from './find.ts';
import { organizationView } from './views.ts';

export const orgRename = defineCommand({
  name: 'rename',
  summary: 'give an organization another name',
  description: 'Gives an organization another display name. Only its owners may do that.',
  arguments: [ORG, { name: 'name', summary: 'the new name; at Flowkiwi it need not be unique' }],
  examples: [
    'flowkiwi org rename "Acme Corp" "Acme Group"',
    'flowkiwi org rename 0196f3a0-1111-7000-8000-000000000001 "Acme Group" --json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  zitadel: async () => (await import('./zitadel/rename.ts')).renameOrganization,
  run: async (context, { args: [givenOrg, givenName] }) => {
    context.printer.check(organizationView);
    const example = 'flowkiwi org rename "Acme Corp" "Acme Group"';
    const org = await askIfMissing(context, givenOrg, { what: 'ORG', example, message: 'Id or name of the organization:' });
    const name = await askIfMissing(context, givenName, {
      what: 'NAME',
      example,
      message: 'New name:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('organization', name);
    const organizations = await context.organizations();
    const id = await organizations.resolve(org);
    const organization = await (await context.flowkiwi()).renameOrganization(id, name);
    await organizations.remember(organization, { use: false });
    return recordResult(organizationView, organization, { success: `Renamed organization ${organization.id} to ${organization.name}` });
  },
});
