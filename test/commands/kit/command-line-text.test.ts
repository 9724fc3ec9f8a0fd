import { describe, expect, test } from 'vitest';
import { commandLineText } from '../../../src/commands/kit/command-line-text.ts';
import { GLOBAL_OPTIONS } from '../../../src/commands/kit/global-options.ts';
import { COMMANDS, GROUPS } from '../../support/commands.ts';

const ALL = [
  ...GROUPS.flatMap(({ name, commands }) => commands.map((command) => [`${name} ${command.name}`, command] as const)),
  ...COMMANDS.map((command) => [command.name, command] as const),
];

/** Each place of a command line where a text comes in. */
const INPUTS = ALL.flatMap(([call, command], place) => [
  ...command.arguments.map(({ name }, index) => {
    const read = (text: string) => commandLineText(command, {}, [...Array(index).fill('x'), text]).args[index];
    return { input: `${call} ${name.toUpperCase()}`, read };
  }),
  ...[...(place === 0 ? GLOBAL_OPTIONS : []), ...Object.values(command.options)].flatMap(({ flags, kind, attribute, repeatable }) => {
    if (kind === undefined) return [];
    const read = (text: string) => [commandLineText(command, { [attribute]: repeatable ? [text] : text }, []).raw[attribute]].flat()[0];
    return { input: `${call} ${flags}`, read };
  }),
]);

test('an option has a kind of text where it takes a value, and only there', () => {
  for (const { flags, kind } of [...GLOBAL_OPTIONS, ...ALL.flatMap(([, { options }]) => Object.values(options))]) {
    expect([flags, kind !== undefined]).toEqual([flags, / <.*>$/.test(flags)]);
  }
});

describe.each(INPUTS)('$input', ({ read }) => {
  test('takes off a line end and a byte order mark, and refuses NUL and what was not UTF-8', () => {
    expect(['text\r', 'text\r\n', '\uFEFFtext'].map(read)).toEqual(['text', 'text', 'text']);
    expect(() => read('te\0xt')).toThrow('U+0000');
    expect(() => read('te\uFFFDxt')).toThrow('U+FFFD');
  });
});

test.each(ALL.filter(([, command]) => command.arguments.length > 0))('%s refuses an argument that is empty', (_, command) => {
  for (const empty of ['', ' ', '\r', '\uFEFF']) {
    if (command.arguments[0]?.kind === 'path' && empty === ' ') continue;
    expect(() => commandLineText(command, {}, [empty])).toThrow(/^[A-Z]+ is empty$/);
  }
});

test('what stands after -- is another program’s', () => {
  const exec = GROUPS.flatMap(({ commands }) => commands).find(({ program }) => program);
  const words = ['printf', 'a\r', '', '\uFEFF'];
  expect(exec && commandLineText(exec, {}, words).args).toEqual(words);
});
