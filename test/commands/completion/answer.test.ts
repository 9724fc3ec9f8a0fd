import { expect, test } from 'vitest';
import { answer, type Lookup } from '../../../src/commands/completion/answer.ts';
import { commandTree } from '../../../src/commands/help/command-tree.ts';
import { COMMANDS, GROUPS } from '../../support/commands.ts';

const TREE = await commandTree(GROUPS, COMMANDS);

const LOOKUP: Lookup = async ({ values }) =>
  values === 'profiles' ? [{ value: 'work', description: 'https://identity.flowkiwi.net' }] : Promise.reject(new Error('nobody knows'));

test.each<[question: readonly string[], answer: string]>([
  [['zsh', '--', 'instan'], 'instance\t'],
  [['zsh', '--', '--prof'], '--profile\t'],
  [['zsh', '--', 'org', 'get', '--output=js'], '--output=json\t\n'],
  [['fish', '--', 'org', 'get', '--output=js'], '--output=json\t\n'],
  // bash ends words at equals signs, and completes what stands behind them.
  [['bash', '--', 'org', 'get', '--output', '=', 'js'], 'json\t\n'],
  [['bash', '--', 'org', 'get', '--output', '='], 'table\t\njson\t\nyaml\t\ntsv\t\ncsv\t\nid\t\n'],
  [['bash', '--', '--output', '=', 'json', 'instan'], 'instance\t'],
  [['bash', '--', '--output', '=', 'json', '--prof'], '--profile\t'],
  [['bash', '--', '"instan'], 'instance\t'],
  [['powershell', '--', '=instan'], 'instance\t'],
  [['powershell', '--', '=completion', '='], 'bash\t\nzsh\t\nfish\t\npowershell\t\ninstall\t\n'],
  [['zsh', '--', '--profile', 'w'], 'work\thttps://identity.flowkiwi.net\n'],
  [['zsh', '--', '--profile', 'x'], ''],
  [['zsh', '--', 'org', 'get', ''], ''],
  [['zsh', '--', 'sandbox', 'start', '--data', ''], ':files\n'],
  [['zsh', '--', 'no', 'such', 'thing', '--at=', '\u0000'], ''],
])('%j', async (question, expected) => {
  const given = await answer(TREE, question, LOOKUP);
  if (expected.endsWith('\t')) expect(given).toMatch(new RegExp(`^${expected}[^\t\n]+\n$`));
  else expect(given).toBe(expected);
});

test.each(['two\nlines', 'two\tfields', 'a\u001b[2J', 'a\u009b'])('%j is not a value', async (value) => {
  const lookup: Lookup = () => Promise.resolve([value, 'work'].map((name) => ({ value: name, description: '' })));
  expect(await answer(TREE, ['zsh', '--', '--profile', ''], lookup)).toBe('work\t\n');
});

test('a question without words lists everything at the top', async () => {
  for (const question of [[], ['zsh'], ['zsh', '--'], ['zsh', '--', '']]) {
    const values = (await answer(TREE, question, LOOKUP)).split('\n').map((line) => line.split('\t')[0]);
    for (const { name } of [...GROUPS.filter((group) => !group.name.includes(' ')), ...COMMANDS]) expect(values).toContain(name);
  }
});
