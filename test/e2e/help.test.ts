import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { GLOBAL_OPTIONS } from '../../src/commands/global-options.ts';
import { TOPICS } from '../../src/commands/help/topics.ts';
import { COMMANDS, GROUPS } from '../../src/commands/index.ts';
import { parse } from '../../src/commands/parser.ts';
import { EXIT_STATUS } from '../../src/errors.ts';
import { flowkiwi } from './flowkiwi.ts';

/** Every command, with the words that call it. */
const ALL: readonly (readonly [words: readonly string[], command: Command])[] = [
  ...COMMANDS.map((command) => [[command.name], command] as const),
  ...GROUPS.flatMap(({ name, commands }) =>
    commands.flatMap((command) => [
      [[name, command.name], command] as const,
      ...(command.shortcut === undefined ? [] : [[[command.shortcut], command] as const]),
    ]),
  ),
];

describe.concurrent('every command explains itself', () => {
  test.each(ALL)('%j', async (words, { summary, arguments: positionals, options, examples, exits }) => {
    const { status, stdout, stderr } = await flowkiwi([...words, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: flowkiwi ${words.join(' ')}\\b`));
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    for (const { name, summary: about } of positionals) expect(lines(stdout)).toContain(`${name} ${about}`);
    for (const option of [...Object.values(options), ...GLOBAL_OPTIONS]) {
      expect(lines(stdout)).toContain(`${option.flags} ${option.summary}`);
    }
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(stdout).toContain(`\n  ${example}\n`);
    for (const code of exits) expect(Object.keys(EXIT_STATUS)).toContain(code);
  });

  test.each(ALL.flatMap(([, { examples }]) => examples).map((example) => [example]))('the example works: %s', (example) => {
    const { groups, commands, version } = { groups: GROUPS, commands: COMMANDS, version: '0' };
    for (const words of commandLines(example)) expect(parse(words, { groups, commands, version }).kind).toBe('command');
  });

  test('every command line in the topics works', () => {
    const examples = TOPICS.flatMap(({ text }) => text.split('\n')).filter((line) => /^ {2}(?:\w+=\$\()?flowkiwi /.test(line));
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) {
      // What a command line is for stands behind it, after spaces.
      for (const words of commandLines(example.trim().replace(/ {2,}.*/, ''))) {
        expect(parse(words, { groups: GROUPS, commands: COMMANDS, version: '0' }).kind).toBe('command');
      }
    }
  });
});

describe.concurrent('help', () => {
  test.each([['--help'], ['-h']])('%s lists every group and command', async (flag) => {
    const { status, stdout, stderr } = await flowkiwi([flag]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const { name, summary } of [...GROUPS, ...COMMANDS]) expect(lines(stdout)).toContain(`${name} ${summary}`);
  });

  test.each(GROUPS.map(({ name, commands }) => [name, commands] as const))('%s --help lists its commands', async (name, commands) => {
    const { status, stdout } = await flowkiwi([name, '--help']);
    expect(status).toBe(0);
    for (const command of commands) expect(lines(stdout)).toContain(`${command.name} ${command.summary}`);
  });

  test.each(TOPICS.map(({ name, text }) => [name, text] as const))('help %s', async (name, text) => {
    expect(await flowkiwi(['help', name])).toEqual({ status: 0, stdout: text, stderr: '' });
  });

  test('help lists the topics', async () => {
    const { status, stdout } = await flowkiwi(['help']);
    expect(status).toBe(0);
    for (const { name, summary } of TOPICS) expect(lines(stdout)).toContain(`${name} ${summary}`);
  });

  test('the topic about exit codes has every code beside its status', () => {
    const text = TOPICS.find(({ name }) => name === 'exit-codes')?.text ?? '';
    for (const [code, status] of Object.entries(EXIT_STATUS)) {
      const row = text.split(/\n(?= {2}\d)/).find((part) => part.trim().startsWith(`${status} `)) ?? '';
      expect(row).toContain(code);
    }
  });
});

/** Help texts are wrapped and aligned: what belongs together as one line, blanks as one. */
function lines(help: string): string {
  return help.replaceAll(/\s+/g, ' ');
}

/** The words after each `flowkiwi` of a shell line, as the shell would pass them on. */
function commandLines(example: string): string[][] {
  const found = [...example.matchAll(/(?:^|\$\()flowkiwi ((?:"[^"]*"|[^")|<>])+)/g)].map(([, line = '']) => line);
  if (found.length === 0) throw new Error(`no command in ${example}`);
  return found.map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''));
}
