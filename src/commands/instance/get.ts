import { isHandle } from '../../identity/flowkiwi/handle.ts';
import { defineCommand } from '../command.ts';
import { instanceView } from '../instance-view.ts';
import { orAsk } from '../missing.ts';
import { recordResult } from '../result.ts';

export const instanceGet = defineCommand({
  name: 'get',
  summary: 'show an instance',
  arguments: [{ name: 'instance', summary: 'id or handle' }],
  examples: ['flowkiwi instance get acme-eu', 'flowkiwi instance get acme-eu --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  run: async (context, { args: [given] }) => {
    context.printer.check(instanceView);
    const wanted = await orAsk(context, given, {
      what: 'INSTANCE',
      example: 'flowkiwi instance get acme-eu',
      message: 'Id or handle of the instance:',
    });
    const organizationId = await (await context.organizations()).target(context.options.org);
    const provider = await context.provider();
    const instance = isHandle(wanted)
      ? await provider.findInstance(organizationId, wanted)
      : await provider.getInstance(organizationId, wanted);
    return recordResult(instanceView, instance);
  },
});
