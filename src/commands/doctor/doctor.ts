import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { both } from '../kit/provider.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'say what is wrong here, and what helps',
  description:
    'Checks Node.js, the stored files, the profile, proxy and certificates, whether the API answers, the clock, the sign-in server, the sign-in, ' +
    'the terminal and completion: a line for each, with a cure where one is needed. --json prints a list of {check, ok, message, cure}. ' +
    'Exits 0 when nothing is wrong; else 75 for the network, 4 for the sign-in, 2 for settings, the first of them that applies.',
  examples: ['flowkiwi doctor', 'flowkiwi doctor --json'],
  exits: ['auth', 'invalid', 'not_found', 'forbidden', 'unavailable', 'rate_limited', 'timeout'],
  data: both(() => ({ ...objectWith({ check: 'string', ok: 'boolean', message: 'string', cure: 'string | null' }), form: 'list' })),
  effect: 'reads',
  org: both('ignored'),
}).run(both(async (context) => (await import('./examine.ts')).examine(context)));
