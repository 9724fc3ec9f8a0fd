import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { createPalette } from '../../src/output/colour.ts';
import { jsonText } from '../../src/output/json.ts';
import { paintedJson } from '../../src/output/json-colour.ts';

const palette = createPalette(1);
const { key, text, number, literal } = palette;

test.each<[json: string, painted: string]>([
  ['null', literal('null')],
  ['-1.5e+3', number('-1.5e+3')],
  ['""', text('""')],
  ['{}', '{}'],
  ['[true,"a:\\"b\\\\"]', `[${literal('true')},${text('"a:\\"b\\\\"')}]`],
  ['{"a":{"b":"c: d"},"e": 10}', `{${key('"a"')}:{${key('"b"')}:${text('"c: d"')}},${key('"e"')}: ${number('10')}}`],
  ['{\n  "a": [\n    false\n  ]\n}', `{\n  ${key('"a"')}: [\n    ${literal('false')}\n  ]\n}`],
])('%s', (json, painted) => {
  expect(paintedJson(json, palette)).toBe(painted);
});

it('changes nothing without colours', () => {
  expect(paintedJson('{"a":1}', undefined)).toBe('{"a":1}');
});

it('is the same text when the colours are taken off', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom('indented' as const, 'compact' as const), (data, style) => {
      const json = jsonText(data, style);
      expect(stripVTControlCharacters(paintedJson(json, palette))).toBe(json);
    }),
  );
});

it('takes a string of megabytes', () => {
  const json = JSON.stringify(['"'.repeat(4_000_000)]);
  expect(paintedJson(json, palette)).toBe(`[${text(json.slice(1, -1))}]`);
});
