import { defineCommand } from '../kit/command.ts';
import { both } from '../kit/provider.ts';
import { TOPIC_NAMES } from './topic-names.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'read about a topic or a command',
  description: `Topics: ${TOPIC_NAMES.join(', ')}. The help of a command is the same as with --help. With --json: all commands as data.`,
  arguments: [
    { name: 'topic', summary: 'a topic, or a command' },
    { name: 'subcommand', summary: 'the command of a group: create in flowkiwi help org create' },
  ],
  examples: ['flowkiwi help exit-codes', 'flowkiwi help org create', 'flowkiwi help --json'],
  exits: [],
  org: both('ignored'),
}).run(
  both(async (_, { args: [wanted, member] }) => {
    // The list of all commands has this one in it.
    const [{ COMMANDS, GROUPS }, { showHelp }] = await Promise.all([import('../index.ts'), import('./show.ts')]);
    return showHelp({ groups: GROUPS, commands: COMMANDS }, wanted, member);
  }),
);
