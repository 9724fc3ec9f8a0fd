import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { closest } from '../../output/closest.ts';
import type { Command, CommandGroup, Commands } from '../kit/command.ts';
import { type Result, textResult } from '../kit/result.ts';
import { TOPICS } from './topics.ts';

/** What `help WORD…` prints: a topic, the help of a command, or the list of both. Throws `usage` for what is neither. */
export async function showHelp(all: Commands, words: readonly string[]): Promise<Result> {
  if (words.length === 0) return topicList(all);
  const topic = TOPICS.find(({ name }) => name === words.join(' '));
  if (!topic) return commandHelp(all, words);
  const { HELP_SCHEMA } = await import('./command-tree.ts');
  return textResult({ schema: HELP_SCHEMA, ...topic }, topic.text);
}

async function topicList({ groups, commands }: Commands): Promise<Result> {
  const { commandTree } = await import('./command-tree.ts');
  const topics = TOPICS.map(({ name, summary }) => `  flowkiwi help ${name.padEnd(16)}${summary}`).join('\n');
  return textResult(
    await commandTree(groups, commands),
    `Topics:\n${topics}\n\nCommands:\n  flowkiwi --help               all commands\n  flowkiwi help org create      one of them`,
  );
}

async function commandHelp(all: Commands, words: readonly string[]): Promise<Result> {
  const { groups, commands } = all;
  const wanted = words.join(' ');
  const group = groups.find(({ name }) => name === wanted);
  const command = group
    ? undefined
    : ([...commands, ...shortcuts(groups)].find(({ name, shortcut }) => name === wanted || shortcut === wanted) ??
      groupOf(groups, words)?.commands.find(({ name }) => name === words.at(-1)));
  if (!group && !command) throw unknown(all, words);
  const [{ parse }, { commandData, groupData, HELP_SCHEMA }] = await Promise.all([import('../kit/parser.ts'), import('./command-tree.ts')]);
  const parsed = parse([...words, '--help'], { ...all, version: '' });
  const text = parsed.kind === 'text' ? parsed.text : '';
  const data = command ? await commandData(command, groupOf(groups, words)?.name) : group && (await groupData(group));
  return textResult({ schema: HELP_SCHEMA, ...data }, text);
}

/** The group that the words before the last one call. */
function groupOf(groups: readonly CommandGroup[], words: readonly string[]): CommandGroup | undefined {
  return groups.find(({ name }) => name === words.slice(0, -1).join(' '));
}

function unknown({ groups, commands }: Commands, words: readonly string[]): CliError {
  const [wanted = '', last = wanted] = [words[0], words.at(-1)];
  const group = groupOf(groups, words);
  if (group) {
    const within = groups.filter(({ name }) => name.startsWith(`${group.name} `)).map(({ name }) => name.slice(group.name.length + 1));
    const meant = closest(last, [...group.commands.map(({ name }) => name), ...within]);
    return new CliError(
      'usage',
      `there is no command ${JSON.stringify(words.join(' '))}${meant ? `; did you mean ${group.name} ${meant}?` : ''}`,
      { hint: helpWith('to see its commands', ...group.name.split(' '), '--help') },
    );
  }
  const names = [...TOPICS, ...groups, ...commands].map(({ name }) => name);
  const meant = closest(wanted, [...names, ...shortcuts(groups).flatMap(({ shortcut }) => shortcut ?? [])]);
  return new CliError(
    'usage',
    `there is no topic ${JSON.stringify(words.join(' '))}${meant && meant !== wanted ? `; did you mean ${meant}?` : ''}`,
    { hint: helpWith(`the topics are ${TOPICS.map(({ name }) => name).join(', ')}; to see the commands`, '--help') },
  );
}

function shortcuts(groups: readonly CommandGroup[]): readonly Command[] {
  return groups.flatMap(({ commands }) => commands).filter(({ shortcut }) => shortcut !== undefined);
}
