import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { closest } from '../../output/closest.ts';
import type { Command, CommandGroup, Commands } from '../kit/command.ts';
import { type Result, textResult } from '../kit/result.ts';
import { TOPICS } from './topics.ts';

/** What `help WANTED MEMBER` prints: a topic, the help of a command, or the list of both. Throws `usage` for what is neither. */
export async function showHelp(all: Commands, wanted: string | undefined, member: string | undefined): Promise<Result> {
  if (wanted === undefined) return topicList(all);
  const topic = TOPICS.find(({ name }) => name === wanted);
  return topic && member === undefined ? textResult(topic, topic.text) : commandHelp(all, wanted, member);
}

async function topicList({ groups, commands }: Commands): Promise<Result> {
  const { commandTree } = await import('./command-tree.ts');
  const topics = TOPICS.map(({ name, summary }) => `  flowkiwi help ${name.padEnd(16)}${summary}`).join('\n');
  return textResult(
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
  const [{ parse }, { commandData, groupData }] = await Promise.all([import('../kit/parser.ts'), import('./command-tree.ts')]);
  const parsed = parse([wanted, ...(member === undefined ? [] : [member]), '--help'], { ...all, version: '' });
  const text = parsed.kind === 'text' ? parsed.text : '';
  return textResult(command ? commandData(command) : group && groupData(group), text);
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
        hint: helpWith('to see its commands', wanted, '--help'),
      },
    );
  }
  const names = [...TOPICS, ...groups, ...commands].map(({ name }) => name);
  const words = member === undefined ? wanted : `${wanted} ${member}`;
  const meant = closest(wanted, [...names, ...shortcuts(groups).flatMap(({ shortcut }) => shortcut ?? [])]);
  return new CliError('usage', `there is no topic ${JSON.stringify(words)}${meant && meant !== wanted ? `; did you mean ${meant}?` : ''}`, {
    hint: helpWith(`the topics are ${TOPICS.map(({ name }) => name).join(', ')}; to see the commands`, '--help'),
  });
}

function shortcuts(groups: readonly CommandGroup[]): readonly Command[] {
  return groups.flatMap(({ commands }) => commands).filter(({ shortcut }) => shortcut !== undefined);
}
