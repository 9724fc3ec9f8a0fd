import { flowkiwi } from '../../hint.ts';
import { once } from '../../once.ts';
import { confirmYes, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { nameAndId, recordResult } from '../kit/result.ts';
import { organizationGiven, workingOrganization } from '../org/choose.ts';
import { instanceGiven } from './choose.ts';
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
  data: both(() => objectOf(instanceView)),
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [given], options: { to: givenTarget } }) => {
    context.printer.check(instanceView);
    const example = flowkiwi('instance', 'transfer', 'acme-eu', '--to', 'Acme Group');
    const organizationId = once(() => workingOrganization(context, 'changes'));
    const wanted = await instanceGiven(context, given, { example, effect: 'changes', organizationId });
    const to = await organizationGiven(context, givenTarget, { example, what: '--to', message: 'Organization that gets it:' });
    const ask = mustConfirm(context, `transferring the instance ${wanted} to ${to}`);
    const from = await organizationId();
    const target = await (await context.organizations()).resolve(to);
    const provider = await context.flowkiwi();
    let id: string;
    if (ask) {
      const instance = await flowkiwiInstance(provider, from, wanted);
      const { name, handle } = instance;
      id = instance.id;
      await confirmYes(context, `Transfer instance ${nameAndId({ id: handle ?? id, name })} with its product data to organization ${to}?`);
    } else {
      id = await flowkiwiInstanceId(provider, from, wanted);
    }
    const instance = await provider.transferInstance(from, id, target);
    return recordResult(instanceView, instance, {
      success: `Transferred instance ${nameAndId({ ...instance, name: instance.handle })} to organization ${target}`,
      next: flowkiwi('instance', 'get', { id: instance.handle ?? instance.id }, '--org', { id: target }),
    });
  },
  zitadel: 'none',
});
