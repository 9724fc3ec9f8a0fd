import { flowkiwi } from '../../hint.ts';
import { askIfMissing, confirmYes, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { text } from '../kit/option.ts';
import { nameAndId, recordResult } from '../kit/result.ts';
import { flowkiwiInstance, flowkiwiInstanceId, INSTANCE } from './find.ts';
import { instanceView } from './views.ts';

export const instanceTransfer = defineCommand({
  name: 'transfer',
  summary: 'give an instance to another organization',
  description:
    'Gives an instance of the current organization, or of --org, with all its product data to another organization, at once. Its handle ' +
    'stays. The other organization has to be one that the instance has authorized. Asks first, unless --yes is given.',
  arguments: [INSTANCE],
  options: { to: text('--to <org>', 'reference', 'the organization that gets it, by id or by a name that this profile knows') },
  examples: [
    'flowkiwi instance transfer acme-eu --to "Acme Group"',
    'flowkiwi instance transfer acme-eu --to 0196f3a0-1111-7000-8000-000000000002 --yes',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unavailable', 'interrupted'],
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [given], options: { to: givenTarget } }) => {
    context.printer.check(instanceView);
    const example = flowkiwi('instance', 'transfer', 'acme-eu', '--to', 'Acme Group');
    const wanted = await askIfMissing(context, given, {
      kind: 'handle',
      what: 'INSTANCE',
      example,
      message: 'Id or handle of the instance:',
    });
    const to = await askIfMissing(context, givenTarget, {
      kind: 'reference',
      what: '--to',
      example,
      message: 'Id or name of the organization that gets it:',
    });
    const ask = mustConfirm(context, `transferring the instance ${wanted} to ${to}`);
    const organizations = await context.organizations();
    const organizationId = await organizations.target(context.options.org);
    const target = await organizations.resolve(to);
    const provider = await context.flowkiwi();
    let id: string;
    if (ask) {
      const instance = await flowkiwiInstance(provider, organizationId, wanted);
      const { name, handle } = instance;
      id = instance.id;
      await confirmYes(context, `Transfer instance ${nameAndId({ id: handle ?? id, name })} with its product data to organization ${to}?`);
    } else {
      id = await flowkiwiInstanceId(provider, organizationId, wanted);
    }
    const instance = await provider.transferInstance(organizationId, id, target);
    return recordResult(instanceView, instance, {
      success: `Transferred instance ${nameAndId({ ...instance, name: instance.handle })} to organization ${target}`,
      next: flowkiwi('instance', 'get', { id: instance.handle ?? instance.id }, '--org', { id: target }),
    });
  },
  zitadel: 'none',
});
