import { defineCommand } from '../kit/command.ts';
import { INSTANCE } from './find.ts';

export const instanceDelete = defineCommand({
  name: 'delete',
  summary: 'delete an instance with all that is in it (ZITADEL)',
  description:
    'Deletes an instance for good, with its organizations, users and projects. Needs a system user. Asks for the name, unless --yes is given. ' +
    'Flowkiwi documents no call that deletes an instance.',
  provider: 'zitadel',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance delete acme.example', 'flowkiwi instance delete 288934501122441273 --yes'],
  exits: ['not_found', 'auth', 'forbidden', 'unavailable', 'interrupted'],
  withoutOrg: 'zitadel',
  run: async (context, input) => (await import('./zitadel/delete.ts')).deleteInstance(context, input),
});
