import type { Command as Parser } from 'commander';
import { closest } from '../../output/closest.ts';
import { commandAt } from './called-command.ts';

/** Words that other programs have for the same. One that is not ours stands for the one that is. */
const SAME: readonly (readonly string[])[] = [
  ['create', 'add', 'new', 'make'],
  ['delete', 'remove', 'rm', 'del', 'destroy'],
  ['get', 'show', 'view', 'describe', 'info'],
  ['list', 'ls'],
  ['rename', 'edit', 'update', 'modify', 'mv'],
  ['use', 'switch', 'select'],
  ['transfer', 'move'],
  ['exec', 'run'],
  ['start', 'up', 'serve'],
  ['login', 'signin', 'sign-in'],
  ['logout', 'signout', 'sign-out'],
  ['status', 'whoami'],
  ['org', 'orgs', 'organization', 'organizations', 'organisation', 'organisations'],
  ['instance', 'instances'],
  ['profile', 'profiles', 'config', 'context'],
];

/** More would be a list of commands, which the help is. */
const MOST = 3;

/**
 * The commands that a word probably stands for which is none in its place, behind the words of `path`. Each is given in full, without the name of
 * the program: `org delete` for `org remove`, `whoami` for `auth whoami`. Pure.
 */
export function meantCommands(root: Parser, path: readonly string[], word: string): readonly string[] {
  const here = commandAt(root, path);
  const names = here.commands.map((command) => command.name());
  if (here !== root && root.commands.some((command) => command.name() === word)) return [word];
  const same = SAME.find((words) => words.includes(word)) ?? [word];
  const sibling = names.find((name) => same.includes(name));
  if (sibling !== undefined) return [[...path, sibling].join(' ')];
  const members = here === root ? inGroups(root, same) : [];
  if (members.length > 0) return members.length > MOST ? [] : members;
  const near = closest(word, names);
  return near === undefined ? [] : [[...path, near].join(' ')];
}

/** The commands of these names within the groups. */
function inGroups(root: Parser, names: readonly string[]): readonly string[] {
  return root.commands.flatMap((group) =>
    group.commands.filter((command) => names.includes(command.name())).map((command) => `${group.name()} ${command.name()}`),
  );
}
