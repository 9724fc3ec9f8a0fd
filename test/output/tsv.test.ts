import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { tsvRow } from '../../src/output/tsv.ts';

test.each([
  [['a', 'b'], 'a\tb\n'],
  [['a', '', 'c'], 'a\t\tc\n'],
  [['a\tb', 'c\nd', 'e\rf', 'g\\h'], 'a\\tb\tc\\nd\te\\rf\tg\\\\h\n'],
  [['\\n'], '\\\\n\n'],
  [['\x1b[31m', '\u202e'], '\\x1b[31m\t\\u202e\n'],
  [['Zoë 北京 👩‍🚀'], 'Zoë 北京 👩‍🚀\n'],
])('%j', (cells, row) => {
  expect(tsvRow(cells)).toBe(row);
});

it('can be read back exactly, whatever the values', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
      const row = tsvRow(cells);
      expect(row.indexOf('\n')).toBe(row.length - 1);
      expect(row.slice(0, -1).split('\t').map(unescapeCell)).toEqual(cells);
    }),
    { numRuns: 1000 },
  );
});

function unescapeCell(cell: string): string {
  const short = new Map([
    ['\\t', '\t'],
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\\\', '\\'],
  ]);
  return cell.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\}|[tnr\\])/g, (escaped, byte, unit, point) => {
    const hex: string | undefined = byte ?? unit ?? point;
    return hex === undefined ? (short.get(escaped) ?? escaped) : String.fromCodePoint(Number.parseInt(hex, 16));
  });
}
