import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it, test } from 'vitest';
import { createPalette } from '../../src/output/colour.ts';
import { tableLines, tsvRow } from '../../src/output/table.ts';
import { type Place, place, placeView } from './place.ts';
import { joined } from './streams.ts';

const FIELDS = placeView.fields.filter((field) => field.table);

const table = (places: Iterable<Place>, columns?: number) => joined(tableLines(FIELDS, places, { columns, palette: createPalette(0) }));
const lines = (...text: string[]) => `${text.join('\n')}\n`;

describe('tableLines', () => {
  it('is nothing for no values', async () => expect(await table([])).toBe(''));

  it('aligns columns, shows an absent value, and leaves no blanks at the end', async () => {
    expect(await table([place('p-1', 'Acme', 'first'), place('p-22', 'A')])).toBe(
      lines('ID    NAME  NOTE', 'p-1   Acme  first', 'p-22  A     -'),
    );
  });

  it('measures wide characters, combining marks and emoji', async () => {
    expect(await table([place('1', '北京', 'x'), place('2', 'Zoe\u0308', 'x'), place('3', '👩🏽‍🚀', 'x'), place('4', '🇩🇪!', 'x')])).toBe(
      lines('ID  NAME  NOTE', '1   北京  x', '2   Zoe\u0308   x', '3   👩🏽‍🚀    x', '4   🇩🇪!   x'),
    );
  });

  it('cuts free text to the terminal, never ids', async () => {
    expect(await table([place('0196f3a0-1111', 'Acme Corporation', 'a long remark about it')], 40)).toBe(
      lines('ID             NAME         NOTE', '0196f3a0-1111  Acme Corpo…  a long rema…'),
    );
  });

  it('gives a narrow column what it needs before it cuts a wide one', async () => {
    expect(await table([place('1', 'Acme', 'a long remark about it')], 20)).toBe(lines('ID  NAME  NOTE', '1   Acme  a long re…'));
  });

  it('cuts between graphemes', async () => {
    expect(await table([place('1', 'n', '👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀')], 15)).toBe(lines('ID  NAME  NOTE', '1   n     👩🏽‍🚀👩🏽‍🚀…'));
    expect(await table([place('1', 'n', 'Zoe\u0308Zoe\u0308Zoe\u0308')], 15)).toBe(lines('ID  NAME  NOTE', '1   n     Zoe\u0308Z…'));
  });

  it('overflows rather than cut what is kept', async () => {
    expect(await table([place('0196f3a0-1111-7000', 'Acme Corp')], 10)).toBe(
      lines('ID                  NAME  NOTE', '0196f3a0-1111-7000  Acm…  -'),
    );
  });

  it('leaves out spare fields, the last one first, rather than make the others unreadable; none when it may not', async () => {
    const fields = FIELDS.map((field) => (field.name === 'id' ? field : { ...field, keep: true, spare: true }));
    const draw = (columns: number, mayOmit: boolean) =>
      joined(tableLines(fields, [place('p-1', 'Acme', 'first')], { columns, palette: createPalette(0), mayOmit }));
    expect(await draw(16, true)).toBe(lines('ID   NAME  NOTE', 'p-1  Acme  first'));
    expect(await draw(15, true)).toBe(lines('ID   NAME', 'p-1  Acme'));
    expect(await draw(3, true)).toBe(lines('ID', 'p-1'));
    expect(await draw(3, false)).toBe(lines('ID   NAME  NOTE', 'p-1  Acme  first'));
  });

  it('cuts nothing without a width', async () => {
    expect(await table([place('1', 'n'.repeat(300))])).toContain('n'.repeat(300));
  });

  it('keeps the widths of the first hundred rows', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => place(String(index), 'Acme', 'x'));
    const text = await table([...rows, place('100', '北京', 'x'), place('101', 'Acme Corp', 'x')], 80);
    expect(text.split('\n').slice(99)).toEqual(['98  Acme  x', '99  Acme  x', '100  北京  x', '101  Acme Corp  x', '']);
  });

  it('shows no control characters', async () => {
    expect(await table([place('1', 'a\x1b[2J\nb', 'x')])).toBe(lines('ID  NAME         NOTE', '1   a\\x1b[2J\\nb  x'));
  });

  it('dims the headings on a terminal with colours', async () => {
    const text = await joined(tableLines(FIELDS, [place('1', 'n')], { columns: 80, palette: createPalette(1) }));
    expect(text).toBe('\x1b[2mID  NAME  NOTE\x1b[22m\n1   n     -\n');
  });

  it('is never wider than the terminal when the kept columns and headings fit', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 130 }), fc.integer({ min: 16, max: 90 }), async (rows, columns) => {
        const drawn = await table(
          rows.map(([name, note]) => place('id-1', name, note)),
          columns,
        );
        for (const line of drawn.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

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
