import { checkedName } from '../../identity/organization.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { commandLine } from '../kit/command-line.ts';
import { choice, flag, onlyFor, text } from '../kit/option.ts';
import { recordResult } from '../kit/result.ts';
import { organizationView } from './views.ts';

export const orgCreate = defineCommand({
  name: 'create',
  summary: 'create an organization, and make it the current one',
  arguments: [{ name: 'name', summary: 'display name; at Flowkiwi it need not be unique' }],
  options: {
    use: flag('--no-use', 'leave the current organization as it is'),
    ...onlyFor('zitadel', {
      ifExists: choice('--if-exists <what>', ['fail', 'skip'], 'when there is one of this name already: fail, or skip and show that one'),
      orgId: text('--org-id <id>', 'an id of your own, where the server can (v4 and later)'),
    }),
  },
  examples: [
    'flowkiwi org create "Acme Corp"',
    'ORG=$(flowkiwi org create "Acme Corp" -q)',
    'flowkiwi org create "Acme Corp" --if-exists skip --json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable'],
  zitadel: async () => (await import('./zitadel/create.ts')).createOrganization,
  run: async (context, { args: [given], options: { use } }) => {
    context.printer.check(organizationView);
    const name = await askIfMissing(context, given, {
      what: 'NAME',
      example: 'flowkiwi org create "Acme Corp"',
      message: 'Name of the organization:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('organization', name);
    const organization = await (await context.flowkiwi()).createOrganization(name);
    await (await context.organizations()).remember(organization, { use });
    return recordResult(organizationView, organization, {
      success: `Created organization ${organization.name} (${organization.id})`,
      next: commandLine(context, `instance create "Acme EU" --handle acme-eu${use ? '' : ` --org ${organization.id}`}`),
    });
  },
});
