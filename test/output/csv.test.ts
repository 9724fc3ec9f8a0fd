import { expect, test } from 'vitest';
import { csvRow } from '../../src/output/csv.ts';

test.each<[what: string, cells: readonly string[], line: string]>([
  ['plain cells', ['a', 'b'], 'a,b\r\n'],
  ['a comma, a quote, a line break', ['a,b', 'say "x"', 'one\ntwo'], '"a,b","say ""x""","one\ntwo"\r\n'],
  ['a formula', ['=1+1', '+49 30', '-3', '@x', "'=1"], "'=1+1,'+49 30,'-3,'@x,''=1\r\n"],
  ['an escape sequence', ['\u001b[31mred'], '\\x1b[31mred\r\n'],
  ['nothing', ['', ''], ',\r\n'],
])('%s', (_, cells, line) => {
  expect(csvRow(cells)).toBe(line);
});
