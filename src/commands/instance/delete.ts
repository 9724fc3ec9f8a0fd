import { flowkiwi } from '../../hint.ts';
import { askIfMissing, confirmByName, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { deletedData } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { deletedResult } from '../kit/result.ts';
import { INSTANCE, zitadelInstance } from './find.ts';

export const instanceDelete = defineCommand({
  name: 'delete',
  summary: 'delete an instance with all that is in it (ZITADEL)',
  description:
    'Deletes an instance for good, with its organizations, users and projects. Needs a system user. Asks for the name, unless --yes is given. ' +
    'Flowkiwi documents no call that deletes an instance.',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance delete acme.example', 'flowkiwi instance delete 288934501122441273 --yes'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable', 'interrupted'],
  data: both(deletedData),
  effect: 'deletes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { args: [given] }) => {
    const wanted = await askIfMissing(context, given, {
      kind: 'handle',
      what: 'INSTANCE',
      example: flowkiwi('instance', 'delete', 'acme.example'),
      message: 'Id or domain of the instance:',
    });
    const ask = mustConfirm(context, `deleting the instance ${wanted}`);
    const instance = await zitadelInstance(context, wanted);
    if (ask) await confirmByName(context, 'instance', instance);
    await (await context.zitadel()).deleteInstance(instance.id);
    return deletedResult('instance', instance);
  },
});
