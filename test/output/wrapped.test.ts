import { expect, test } from 'vitest';
import { wrapped } from '../../src/output/wrapped.ts';

test.each<[text: string, columns: number, lines: readonly string[]]>([
  ['', 10, ['']],
  ['fits here', 9, ['fits here']],
  ['does not fit', 9, ['does not', 'fit']],
  ['a word-that-is-too-long for it', 10, ['a', 'word-that-is-too-long', 'for it']],
  ['北京 北京 北京', 10, ['北京 北京', '北京']],
])('%j in %s columns', async (text, columns, lines) => {
  expect(await wrapped(text, columns)).toEqual(lines);
});
