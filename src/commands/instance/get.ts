import { flowkiwi } from '../../hint.ts';
import { once } from '../../once.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { recordResult } from '../kit/result.ts';
import { workingOrganization } from '../org/choose.ts';
import { instanceGiven } from './choose.ts';
import { flowkiwiInstance, INSTANCE, zitadelInstance } from './find.ts';
import { instanceView, zitadelInstanceView } from './views.ts';

export const instanceGet = defineCommand({
  name: 'get',
  summary: 'show an instance',
  description:
    'Shows an instance of the current organization, or of --org. At ZITADEL that of the profile when none is named; any other one needs a system user.',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance get acme-eu', 'flowkiwi instance get acme-eu --json'],
  printsResource: true,
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => objectOf(instanceView), zitadel: () => objectOf(zitadelInstanceView) },
  effect: 'reads',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { args: [given] }) => {
    context.printer.check(instanceView);
    const organizationId = once(() => workingOrganization(context, 'reads'));
    const instance = await instanceGiven(context, given, {
      example: flowkiwi('instance', 'get', 'acme-eu'),
      effect: 'reads',
      organizationId,
    });
    return recordResult(instanceView, await flowkiwiInstance(await context.flowkiwi(), await organizationId(), instance));
  },
  zitadel: async (context, { args: [given] }) => {
    context.printer.check(zitadelInstanceView);
    return recordResult(zitadelInstanceView, await zitadelInstance(context, given));
  },
});
