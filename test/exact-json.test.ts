import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactly } from '../src/exact-json.ts';
import { writeJson } from '../src/json-writer.ts';
import { keysOf, orderedRecord } from '../src/ordered-record.ts';
import { JsonNumber } from '../src/record.ts';

test.each([
  '{"id":123456789012345678,"price":1.0,"big":1e400}',
  '[0,-0,1,-1,0.0,1.0,1e0,1E3,1e+3,1e-400,0.1,100,1.10,9007199254740991,9007199254740993]',
  `[${'9'.repeat(400)},-0.${'0'.repeat(399)}1,1e${'9'.repeat(20)}]`,
  '{"b":1,"a":2,"10":3,"2":4,"1":5,"01":6,"-1":7,"":8}',
  '{"__proto__":{"x":1},"constructor":2,"toString":3,"hasOwnProperty":4}',
  '[null,true,false,"",[],{},[[]],[{}],{"a":[]}]',
  '["\\ud800","\\u0000","\\u2028","🥝","\\\\","\\"","/"]',
  '1.0',
  '"text"',
  'null',
])('%s is written as it was read', (text) => {
  const value = parseExactly(text);
  expect(writeJson(value)).toBe(writeJson(parseExactly(writeJson(value, 2))));
  // Strings may be escaped in another way.
  expect(writeJson(value)).toBe(text.replaceAll('\\u2028', '\u2028'));
});

test('white space goes', () => {
  expect(writeJson(parseExactly(' {\r\n\t"a" : [ 1.0 , 2 ] } '))).toBe('{"a":[1.0,2]}');
});

test('of a key that is there twice the last value counts, in the first place', () => {
  expect(writeJson(parseExactly('{"2":1,"1":2,"2":3.0}'))).toBe('{"2":3.0,"1":2}');
});

test.each([
  ...[
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '[01]',
    '[1.]',
    '[.5]',
    '[+1]',
    '[1e]',
    '[0x1]',
    '[NaN]',
    '[-]',
    '1 2',
    '[1] x',
    '\ufeff1',
  ],
  ...['// c\n1', '/* c */1', '["\t"]', '["\\x"]', '["\\u12"]', 'nul', 'undefined', '{"a"}', '{"a":}', '{:1}', '[,]', '"', '"a\nb"', '\0'],
])('%j is not JSON', (text) => {
  expect(parseExactly(text)).toBeUndefined();
});

test('nested deeply it is read, nested without measure it is not', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(writeJson(parseExactly(nested(500)))).toBe(nested(500));
  expect(parseExactly(nested(501))).toBeUndefined();
  expect(parseExactly(nested(1_000_000))).toBeUndefined();
  expect(parseExactly('{"a":'.repeat(1_000_000))).toBeUndefined();
});

/** Digits, perhaps with a fraction and an exponent: 1 to 400 of them, as the grammar of JSON has them. */
const numberText = fc.stringMatching(/^-?(0|[1-9][0-9]{0,399})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,5})?$/);

test('any number keeps its text, and any value is what JSON.parse and JSON.stringify make of it', () => {
  fc.assert(
    fc.property(fc.array(numberText), (numbers) => {
      const text = `[${numbers.join(',')}]`;
      expect(writeJson(parseExactly(text))).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (text, indent) => {
      const value: unknown = JSON.parse(text);
      expect(JSON.parse(writeJson(parseExactly(text), indent))).toEqual(value);
      expect(writeJson(value, indent)).toBe(JSON.stringify(value, undefined, indent));
    }),
  );
});

test('a number that JavaScript keeps is an ordinary one', () => {
  expect(parseExactly('[4,4.5,4.0]')).toEqual([4, 4.5, new JsonNumber('4.0')]);
});

test('a record keeps the order that it is given', () => {
  const record = orderedRecord([
    ['2', 'a'],
    ['1', 'b'],
  ]);
  expect([keysOf(record), writeJson(record), keysOf({ a: 1 })]).toEqual([['2', '1'], '{"2":"a","1":"b"}', ['a']]);
});
