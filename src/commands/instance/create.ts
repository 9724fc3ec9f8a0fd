import { checkedHandle, handleProblem, suggestHandle } from '../../identity/flowkiwi/handle.ts';
import { checkedName } from '../../identity/name.ts';
import { defineCommand } from '../command.ts';
import { commandLine, shellWord } from '../command-line.ts';
import { instanceView } from '../instance-view.ts';
import { orAsk } from '../missing.ts';
import { text } from '../option.ts';
import { recordResult } from '../result.ts';

export const instanceCreate = defineCommand({
  name: 'create',
  summary: 'create an instance in the current organization',
  description:
    'Creates an instance in the current organization, or in the one of --org. The handle becomes the host name of the ' +
    "instance's product services: lower-case letters and hyphens, at most 30 characters, unique across all of Flowkiwi, and never changed again.",
  arguments: [{ name: 'name', summary: 'display name' }],
  options: { handle: text('--handle <handle>', 'handle, for example acme-eu') },
  examples: [
    'flowkiwi instance create "Acme EU" --handle acme-eu',
    'flowkiwi instance create "Acme EU" --handle acme-eu --org "$ORG" --json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable'],
  run: async (context, { args: [givenName], options: { handle: givenHandle } }) => {
    context.printer.check(instanceView);
    const example = 'flowkiwi instance create "Acme EU" --handle acme-eu';
    const name = await orAsk(context, givenName, {
      what: 'NAME',
      example,
      message: 'Name of the instance:',
      problem: (answer) => (answer.trim() === '' ? 'The name cannot be empty' : undefined),
    });
    checkedName('instance', name);
    const handle = await orAsk(context, givenHandle, {
      what: '--handle',
      example,
      message: 'Handle:',
      default: suggestHandle(name),
      problem: handleProblem,
    });
    checkedHandle(handle);
    const { org } = context.options;
    const organizationId = await (await context.organizations()).target(org);
    const instance = await (await context.provider()).createInstance(organizationId, { name, handle });
    return recordResult(instanceView, instance, {
      success: `Created instance ${instance.name} (${instance.id}) at ${instance.product_management_url}`,
      next: commandLine(context, `instance get ${instance.handle}${org === undefined ? '' : ` --org ${shellWord(org)}`}`),
    });
  },
});
