import { expect, test } from 'vitest';
import { commandsAmong } from '../../src/commands/index.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';

const CALLS = [
  ...COMMANDS.map((command) => [[command.name], command] as const),
  ...GROUPS.flatMap(({ name, commands }) =>
    commands.flatMap((command) => [
      [[...name.split(' '), command.name], command] as const,
      ...(command.shortcut === undefined ? [] : [[[command.shortcut], command] as const]),
    ]),
  ),
];

test.each(CALLS.map(([words, { name }]) => [words.join(' '), words, name] as const))(
  '%s loads one command, by its own name, and at most the one that stands alone under that name',
  async (_, words, name) => {
    const { groups, commands } = await commandsAmong(words);
    const loaded = [...groups.flatMap((group) => group.commands), ...commands];
    expect(new Set(loaded.map((command) => command.name))).toEqual(new Set([name]));
    expect([groups.flatMap((group) => group.commands).length, commands.length].every((count) => count < 2)).toBe(true);
  },
);

test.each([
  [[], [], []],
  [['org', 'Acme', 'create'], ['org create'], []],
  [['create'], [], []],
  [['org'], ['org'], []],
  [['org', 'create', 'api'], ['org create'], ['api']],
  [['login', '--profile', 'x'], ['auth login'], []],
] as const)('among the words %j are %j and %j', async (words, nouns, alone) => {
  const { groups, commands } = await commandsAmong(words);
  expect(groups.map(({ name, commands: members }) => [name, ...members.map((member) => member.name)].join(' '))).toEqual(nouns);
  expect(commands.map(({ name }) => name)).toEqual(alone);
});
