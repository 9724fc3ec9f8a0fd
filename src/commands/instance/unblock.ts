import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { setBlocked } from './blocking.ts';
import { INSTANCE } from './find.ts';

export const instanceUnblock = defineCommand({
  name: 'unblock',
  summary: 'let a blocked instance answer again (ZITADEL)',
  description: 'Lifts the block of an instance. One that is not blocked stays so. Needs a system user.',
  arguments: [INSTANCE],
  examples: ['flowkiwi instance unblock acme.example', 'flowkiwi instance unblock 288934501122441273 --json'],
  printsResource: true,
  exits: ['not_found', 'auth', 'forbidden', 'unavailable'],
  data: both(async () => objectOf((await import('./blocking.ts')).blockView)),
  effect: 'changes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: (context, { args: [given] }) => setBlocked(context, given, false),
});
