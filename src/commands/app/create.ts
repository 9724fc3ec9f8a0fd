import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { flag, text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';

export const authAppCreate = defineCommand({
  name: 'create',
  summary: 'create the app that people sign in through, and use it (ZITADEL)',
  description:
    'Creates what login needs at a ZITADEL: a project and a native app in it, both named flowkiwi, with the redirect URI of the profile, the grants ' +
    'Authorization Code, Refresh Token and Device Code, and no secret. One that is there is used. The client id is printed, and stored in the ' +
    'profile. It is created with the key or the token that is given, else with the credential of the profile; somebody at a terminal is asked ' +
    'for a token. None of it is stored. It needs the right to create projects, which ORG_OWNER and IAM_OWNER have. The project is in the ' +
    'organization of --org, else in their own; people of every organization of the instance can sign in through it.',
  options: {
    keyFile: text('--key-file <file>', 'path', 'create it with the key of a service account; - is standard input'),
    withToken: flag('--with-token', 'create it with a personal access token from standard input'),
  },
  examples: [
    'flowkiwi auth app create --key-file admin.json',
    'flowkiwi auth app create --with-token < admin.pat',
    'CLIENT_ID=$(flowkiwi auth app create --key-file admin.json -q)',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable', 'interrupted'],
  data: both(async () => objectOf((await import('./create-and-store.ts')).appView)),
  effect: 'changes',
  org: both('used'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, { options }) => (await import('./create-and-store.ts')).createAndStore(context, options),
});
