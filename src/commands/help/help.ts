import { CliError } from '../../errors.ts';
import { closest } from '../../output/closest.ts';
import type { Command, CommandGroup } from '../command.ts';
import { defineCommand } from '../command.ts';
import { type Result, valueResult } from '../result.ts';
import { TOPICS } from './topics.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'read about a topic or a command',
  description:
    `Topics: ${TOPICS.map(({ name }) => name).join(', ')}. The help of a command is the same as with --help. ` +
    'With --json: all commands as data.',
  arguments: [
    { name: 'topic', summary: 'a topic, or a command' },
    { name: 'subcommand', summary: 'the command of a group: create in flowkiwi help org create' },
  ],
  examples: ['flowkiwi help exit-codes', 'flowkiwi help org create', 'flowkiwi help --json'],
  exits: [],
  run: async (_, { args: [wanted, member] }) => {
    // The list of all commands has this one in it.
    const { COMMANDS, GROUPS } = await import('../index.ts');
    const all: Commands = { groups: GROUPS, commands: COMMANDS };
    if (wanted === undefined) return topicList(all);
    const topic = TOPICS.find(({ name }) => name === wanted);
    return topic && member === undefined ? valueResult(topic, topic.text) : commandHelp(all, wanted, member);
  },
});

interface Commands {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly Command[];
}

async function topicList({ groups, commands }: Commands): Promise<Result> {
  const { commandTree } = await import('./command-tree.ts');
  const topics = TOPICS.map(({ name, summary }) => `  flowkiwi help ${name.padEnd(16)}${summary}`).join('\n');
  return valueResult(
    commandTree(groups, commands),
    `Topics:\n${topics}\n\nCommands:\n  flowkiwi --help               all commands\n  flowkiwi help org create      one of them`,
  );
}

async function commandHelp(all: Commands, wanted: string, member: string | undefined): Promise<Result> {
  const { groups, commands } = all;
  const group = groups.find(({ name }) => name === wanted);
  const command = group
    ? group.commands.find(({ name }) => name === member)
    : [...commands, ...shortcuts(groups)].find(({ name, shortcut }) => name === wanted || shortcut === wanted);
  if (group ? member !== undefined && !command : !command || member !== undefined) throw unknown(all, wanted, member);
  const [{ parse }, { commandData, groupData }] = await Promise.all([import('../parser.ts'), import('./command-tree.ts')]);
  const parsed = parse([wanted, ...(member === undefined ? [] : [member]), '--help'], { ...all, version: '' });
  const text = parsed.kind === 'text' ? parsed.text : '';
  return valueResult(command ? commandData(command) : group && groupData(group), text);
}

function unknown({ groups, commands }: Commands, wanted: string, member: string | undefined): CliError {
  const group = groups.find(({ name }) => name === wanted);
  if (group && member !== undefined) {
    const meant = closest(
      member,
      group.commands.map(({ name }) => name),
    );
    return new CliError(
      'usage',
      `there is no command ${JSON.stringify(`${wanted} ${member}`)}${meant ? `; did you mean ${wanted} ${meant}?` : ''}`,
      {
        hint: `flowkiwi ${wanted} --help lists its commands`,
      },
    );
  }
  const names = [...TOPICS, ...groups, ...commands].map(({ name }) => name);
  const words = member === undefined ? wanted : `${wanted} ${member}`;
  const meant = closest(wanted, [...names, ...shortcuts(groups).flatMap(({ shortcut }) => shortcut ?? [])]);
  return new CliError('usage', `there is no topic ${JSON.stringify(words)}${meant && meant !== wanted ? `; did you mean ${meant}?` : ''}`, {
    hint: `the topics are ${TOPICS.map(({ name }) => name).join(', ')}; flowkiwi --help lists the commands`,
  });
}

function shortcuts(groups: readonly CommandGroup[]): readonly Command[] {
  return groups.flatMap(({ commands }) => commands).filter(({ shortcut }) => shortcut !== undefined);
}
