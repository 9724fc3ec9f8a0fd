import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';

export const open = defineCommand({
  name: 'open',
  summary: 'open an instance, or the sandbox, in the browser',
  description:
    'Opens the product management of an instance of Flowkiwi. A handle is not looked up; an id is, in the current organization or in --org. ' +
    'Without INSTANCE it opens the page of the sandbox for a profile of the sandbox, and the URL of the profile for any other. ' +
    'Where there is no browser, where stdout is not a terminal, and for coding agents it prints the URL.',
  arguments: [{ name: 'instance', kind: 'handle', summary: 'id or handle of an instance of Flowkiwi' }],
  options: { browser: flag('--no-browser', 'print the URL only') },
  examples: ['flowkiwi open', 'flowkiwi open acme-eu', 'flowkiwi open acme-eu --no-browser'],
  exits: ['not_found', 'auth', 'conflict', 'forbidden', 'unavailable', 'timeout', 'invalid'],
  data: both(() => objectWith({ url: 'string' })),
  effect: 'reads',
  org: { flowkiwi: 'used', zitadel: 'ignored' },
}).run(both(async (context, input) => (await import('./open-place.ts')).openPlace(context, input)));
