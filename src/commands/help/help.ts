import { withoutAliases } from '../kit/aliases.ts';
import { type Command, type Commands, defineCommand } from '../kit/command.ts';
import { otherData } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { TOPIC_NAMES } from './topic-names.ts';

/** `help`, which is one of the commands that it tells about. */
export function helpAbout(all: () => Promise<Commands>): Command {
  return defineCommand({
    name: 'help',
    summary: 'read about a topic or a command',
    description: `Topics: ${TOPIC_NAMES.join(', ')}. The help of a command is the same as with --help, but comes on standard output in a pipe too. With --json: all commands as data.`,
    arguments: [
      { name: 'topic', kind: 'setting', summary: 'a topic, or a command' },
      { name: 'subcommand', kind: 'setting', summary: 'the command of a group: create in flowkiwi help org create' },
      { name: 'member', kind: 'setting', summary: 'the command of a group in it: add in flowkiwi help org member add' },
    ],
    examples: ['flowkiwi help exit-codes', 'flowkiwi help org create', 'flowkiwi help --json'],
    exits: [],
    data: both(otherData),
    effect: 'reads',
    org: both('ignored'),
  }).run(
    both(async (_, { args }) =>
      (await import('./show.ts')).showHelp(await all(), withoutAliases(args.filter((word) => word !== undefined))),
    ),
  );
}
