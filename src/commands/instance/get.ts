import { defineCommand } from '../command.ts';
import { instanceView } from '../instance-view.ts';
import { orAsk } from '../missing.ts';
import { recordResult } from '../result.ts';
import { INSTANCE, namedInstance } from './named-instance.ts';

export const instanceGet = defineCommand({
  name: 'get',
  summary: 'show an instance',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance get acme-eu', 'flowkiwi instance get acme-eu --json'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  run: async (context, { args: [given] }) => {
    context.printer.check(instanceView);
    const instance = await orAsk(context, given, {
      what: 'INSTANCE',
      example: 'flowkiwi instance get acme-eu',
      message: 'Id or handle of the instance:',
    });
    const organizationId = await (await context.organizations()).target(context.options.org);
    return recordResult(instanceView, await namedInstance(await context.provider(), organizationId, instance));
  },
});
