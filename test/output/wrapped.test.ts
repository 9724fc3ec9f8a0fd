import { expect, test } from 'vitest';
import { paragraphLines, wrapped } from '../../src/output/wrapped.ts';

test.each<[text: string, columns: number, lines: readonly string[]]>([
  ['', 10, ['']],
  ['fits here', 9, ['fits here']],
  ['does not fit', 9, ['does not', 'fit']],
  ['a word-that-is-too-long for it', 10, ['a', 'word-that-is-too-long', 'for it']],
  ['北京 北京 北京', 10, ['北京 北京', '北京']],
])('%j in %s columns', async (text, columns, lines) => {
  expect(await wrapped(text, columns)).toEqual(lines);
});

test.each<[what: string, paragraph: Partial<Parameters<typeof paragraphLines>[0]>, lines: readonly string[]]>([
  ['a label', { label: 'error:', said: 'there is no organization' }, ['error: there is no', '  organization']],
  ['an indent', { indent: '  ', said: 'the words of a server' }, ['  the words of a', '    server']],
  ['a command that fits', { label: 'hint:', said: 'to see', command: 'run it' }, ['hint: to see: run it']],
  [
    'a command that does not',
    { label: 'hint:', said: 'to see them', command: 'flowkiwi org list' },
    ['hint: to see them:', '  flowkiwi org list'],
  ],
  ['a long command', { label: 'hint:', command: 'flowkiwi instance list' }, ['hint:', '  flowkiwi instance list']],
])('%s in a paragraph of 20 columns', async (_, paragraph, lines) => {
  expect(await paragraphLines({ label: '', indent: '', said: undefined, command: undefined, ...paragraph }, 20)).toEqual(lines);
});
