import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { graphemeRuler } from '../../src/output/grapheme-ruler.ts';
import { isNarrow, narrowRuler, type Ruler } from '../../src/output/ruler.ts';
import { rulerFor } from '../../src/output/table.ts';
import { isTerminalSafe } from '../../src/output/terminal-text.ts';

test.each<[string, Ruler]>([
  ['', narrowRuler],
  ['Acme', narrowRuler],
  ['Zoë Müller, Łódź', narrowRuler],
  ['Ελλάδα, Россия', narrowRuler],
  ['Zoe\u0308', graphemeRuler],
  ['北京', graphemeRuler],
  ['👩‍🚀', graphemeRuler],
])('%j has the right ruler', async (text, ruler) => {
  expect(await rulerFor(['Acme', text])).toBe(ruler);
});

describe('graphemeRuler', () => {
  test.each([
    ['Acme', 4, 'Acme'],
    ['Acme', 3, 'Ac…'],
    ['Acme', 1, '…'],
    ['北京市', 6, '北京市'],
    ['北京市', 5, '北京…'],
    ['北京市', 4, '北…'],
    ['👩🏽‍🚀👩🏽‍🚀', 3, '👩🏽‍🚀…'],
    ['🇩🇪🇫🇷', 3, '🇩🇪…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    // Hangul in parts, as a Mac writes it into the names of files.
    ['\u1112\u1161\u11ab\u1100\u116e\u11a8', 4, '\u1112\u1161\u11ab\u1100\u116e\u11a8'],
    ['ꂳꄹ', 3, 'ꂳ…'],
    ['বাংলা', 4, 'বাং…'],
  ])('%j in %i columns is %j', (text, width, shown) => {
    expect(graphemeRuler.cut(text, width)).toBe(shown);
  });
});

describe('narrowRuler', () => {
  const narrow = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isNarrow);

  it('serves only characters that are safe in a terminal, and many', () => {
    expect(narrow.filter((character) => !isTerminalSafe(character))).toEqual([]);
    expect(narrow.length).toBeGreaterThan(1000);
  });

  it('measures each of them like the other ruler', () => {
    expect(narrow.filter((character) => graphemeRuler.width(character) !== 1)).toEqual([]);
  });

  it('measures and cuts texts of them like the other ruler', () => {
    const text = fc.array(fc.constantFrom(...narrow)).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (characters, width) => {
        expect(narrowRuler.width(characters)).toBe(graphemeRuler.width(characters));
        expect(narrowRuler.cut(characters, width)).toBe(graphemeRuler.cut(characters, width));
      }),
    );
  });
});
