import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { commandTree } from '../../../src/commands/help/command-tree.ts';
import { showHelp } from '../../../src/commands/help/show.ts';
import { TOPICS } from '../../../src/commands/help/topics.ts';
import { createPrinter } from '../../../src/output/printer.ts';
import { collectedOutput } from '../../support/collected-output.ts';
import { COMMANDS, GROUPS } from '../../support/commands.ts';
import { CALLS } from '../../support/every-command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
const isHelp = ajv.compile(JSON.parse(readFileSync(join(ROOT, 'docs', 'help.schema.json'), 'utf8')));
const TREE = await commandTree(GROUPS, COMMANDS);

/** What `flowkiwi help WORD… --json` prints. */
async function printed(words: readonly string[]): Promise<unknown> {
  const stdout = collectedOutput();
  const { print } = await showHelp({ groups: GROUPS, commands: COMMANDS }, words);
  await print?.(createPrinter({ stdout, clock: { now: () => 0 }, format: 'json', fields: undefined, colour: 0 }));
  return JSON.parse(stdout.text());
}

test.each(['', ...CALLS, ...GROUPS.map(({ name }) => name), ...TOPICS.map(({ name }) => name), 'login'])(
  'help %s is as its schema says',
  async (words) => {
    const help = await printed(words.split(' ').filter(Boolean));
    expect(isHelp(help), JSON.stringify(isHelp.errors)).toBe(true);
  },
);

test('the schema says no to what it should', () => {
  expect(isHelp({ schema: 'flowkiwi/help.schema.json' })).toBe(false);
  const [group] = TREE.groups;
  expect(isHelp({ ...group, schema: TREE.schema })).toBe(true);
  expect(isHelp({ ...group, commands: [{ name: 'create' }], schema: TREE.schema })).toBe(false);
});

test('the package exports the schema by the name that the output gives', () => {
  const { exports, name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(exports[TREE.schema.replace(name, '.')]).toBe('./docs/help.schema.json');
});

test('a usage line calls its command; options say their variables and what is usual', () => {
  const all = [...TREE.commands, ...TREE.groups.flatMap(({ commands }) => commands)];
  expect(all.map(({ usage }) => usage)).toEqual(
    expect.arrayContaining([
      'flowkiwi org member add [options] [user]',
      'flowkiwi sandbox exec [options] -- CMD...',
      'flowkiwi tree [options]',
    ]),
  );
  const options = [...TREE.options, ...all.flatMap((command) => command.options)];
  const said = (flags: string) => options.find((option) => option.flags === flags);
  expect(said('--org <org>')).toMatchObject({ variables: ['FLOWKIWI_ORG'], default: null });
  expect(said('--color <when>')).toMatchObject({ variables: ['NO_COLOR', 'FORCE_COLOR'], choices: ['auto', 'always', 'never'] });
  expect(said('--timeout <duration>')).toMatchObject({ type: 'duration', repeatable: false });
  expect(said('--github-output <name=field>')).toMatchObject({ type: 'string', repeatable: true });
  expect(said('--host <host>')).toMatchObject({ default: '127.0.0.1' });
});

test('every command that prints resources says their fields', () => {
  const silent = [
    ...TREE.groups.flatMap(({ name, commands }) => commands.map((command) => ({ ...command, name: `${name} ${command.name}` }))),
    ...TREE.commands,
  ]
    .filter(({ output }) => Object.values(output).some((one) => one?.form === 'other'))
    .map(({ name }) => name);
  expect(silent.sort()).toEqual(['api', 'apply', 'help', 'sandbox exec']);
});
