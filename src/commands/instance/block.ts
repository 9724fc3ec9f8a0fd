import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { setBlocked } from './blocking.ts';
import { INSTANCE } from './find.ts';

export const instanceBlock = defineCommand({
  name: 'block',
  summary: 'let an instance answer nobody any more (ZITADEL)',
  description:
    'Blocks an instance: nothing of it is lost, and it answers 429 to everybody until instance unblock, which the system API alone can do. Needs a system user. Asks first, unless --yes is given.',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance block acme.example', 'flowkiwi instance block 288934501122441273 --yes'],
  printsResource: true,
  exits: ['not_found', 'auth', 'forbidden', 'unavailable', 'interrupted'],
  data: both(async () => objectOf((await import('./blocking.ts')).blockView)),
  effect: 'changes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: (context, { args: [given] }) => setBlocked(context, given, true),
});
