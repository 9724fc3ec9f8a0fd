import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isTerminalSafe, terminalSafe } from '../../src/output/terminal-text.ts';

const ESCAPED: readonly [name: string, text: string, shown: string][] = [
  ['newline, return, tab', 'a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
  ['colour', '\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
  ['window title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
  ['hyperlink', '\x1b]8;;https://evil.example\x1b\\Acme\x1b]8;;\x1b\\', '\\x1b]8;;https://evil.example\\x1b\\Acme\\x1b]8;;\\x1b\\'],
  ['C1 control sequence introducer', '\x9b31m', '\\x9b31m'],
  ['next line', 'a\x85b', 'a\\x85b'],
  ['line and paragraph separator', '\u2028\u2029', '\\u2028\\u2029'],
  ['right-to-left override', 'acme\u202egnp.exe', 'acme\\u202egnp.exe'],
  ['isolates', '\u2066\u2067\u2068\u2069', '\\u2066\\u2067\\u2068\\u2069'],
  ['direction marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
  ['zero-width space', 'ac\u200bme', 'ac\\u200bme'],
  ['word joiner, byte order mark', '\u2060\ufeff', '\\u2060\\ufeff'],
  ['soft hyphen', 'ac\u00adme', 'ac\\xadme'],
  ['invisible letter', 'acme\u3164', 'acme\\u3164'],
  ['tag characters', 'ok\u{e0041}\u{e007f}', 'ok\\u{e0041}\\u{e007f}'],
  ['lone surrogates', '\ud800 \udc00', '\\ud800 \\udc00'],
  ['joiner between Latin letters', 'ac\u200dme', 'ac\\u200dme'],
  ['joiner at the start', '\u200dacme', '\\u200dacme'],
  ['joiner behind an emoji', '👩\u200d', '👩\\u200d'],
  ['two joiners', 'می\u200c\u200cخواهم', 'می\u200c\\u200cخواهم'],
  ['selector behind a Latin letter', 'acme\ufe0f', 'acme\\ufe0f'],
  ['selector behind a selector', '❤\ufe0f\ufe0f', '❤\ufe0f\\ufe0f'],
  ['selector behind an escape', '\x1b\ufe0f', '\\x1b\\ufe0f'],
];

const UNCHANGED: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['ASCII', 'Acme Corp (acme-eu) \\n 100% ~'],
  ['accents', 'Zoë Müller, Łódź'],
  ['decomposed accents', 'Zoe\u0308'],
  ['Chinese, Japanese, Korean', '北京 ニュース 서울'],
  ['Arabic and Hebrew', 'شركة חברה'],
  ['Persian with non-joiner', 'می\u200cخواهم'],
  ['Devanagari with joiner', 'क्\u200dष'],
  ['family', '👨\u200d👩\u200d👧\u200d👦'],
  ['skin tone and joiner', '👩🏽\u200d🚀'],
  ['rainbow flag', '🏳\ufe0f\u200d🌈'],
  ['country flag', '🇩🇪'],
  ['keycap', '1\ufe0f\u20e3'],
  ['heart', '❤\ufe0f'],
  ['ideographic variant', '葛\u{e0100}'],
  ['tree and arrow', '└─ a → b …'],
  ['no-break space', 'a\u00a0b'],
];

describe('terminalSafe', () => {
  test.each(ESCAPED)('shows %s', (_name, text, shown) => {
    expect(terminalSafe(text)).toBe(shown);
    expect(isTerminalSafe(text)).toBe(false);
  });

  test.each(UNCHANGED)('leaves %s', (_name, text) => {
    expect(terminalSafe(text)).toBe(text);
    expect(isTerminalSafe(text)).toBe(true);
  });

  it('shows exactly the unsafe code points, of all there are', () => {
    const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/u;
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      // A Latin letter before it: there is nothing that a joiner or a selector could belong to.
      const changed = terminalSafe(`a${character}`) !== `a${character}`;
      if (changed !== unsafe.test(character)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  const hostile = fc.constantFrom(
    ...['\x1b', '\x9b', '\n', '\x7f', '\u202e', '\u2069', '\u200b', '\ufeff', '\u{e0041}', '\ud800', '\udc00', '\u2028', '\u061c'],
    ...['\u200d', '\u200c', '\ufe0f', '\u{e0100}', '👩', '🏽', '🚀', '❤', 'क्', 'می', 'é', 'a', '1', '\\', '\u17b4', '\u180e', '\u3164'],
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(hostile).map((parts) => parts.join('')),
  );

  it('leaves nothing that could move, reorder, hide or break a line, whatever it is given', () => {
    const forbidden = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00AD\u200B\u2060-\u206F\u3164\uFEFF\u{E0000}-\u{E00FF}]/u;
    fc.assert(
      fc.property(anyText, (text) => !forbidden.test(terminalSafe(text))),
      { numRuns: 2000 },
    );
  });

  it('has nothing left to do the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => isTerminalSafe(terminalSafe(text))),
      { numRuns: 2000 },
    );
  });

  it('does not take long for a long text', () => {
    const text = '\u200d\u202eé'.repeat(200_000);
    terminalSafe(text);
  });
});
