import { expect, test } from 'vitest';
import { DEEPEST_JSON, memberOf, parseJson } from '../src/record.ts';

test.each<[name: string, value: unknown]>([
  ['id', 1],
  ['none', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('the member %s of {"id":1} is %j', (name, value) => {
  expect(memberOf({ id: 1 }, name)).toBe(value);
});

test('members that JSON gives the names of inherited ones are members', () => {
  const object = JSON.parse('{"__proto__":"a","constructor":"b"}');
  expect([memberOf(object, '__proto__'), memberOf(object, 'constructor')]).toEqual(['a', 'b']);
});

const arrays = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test.each<[text: string, value: unknown]>([
  ['null', null],
  ['0', 0],
  ['{"a":[1]}', { a: [1] }],
  ['', undefined],
  ['{', undefined],
  [arrays(DEEPEST_JSON), JSON.parse(arrays(DEEPEST_JSON))],
  [arrays(DEEPEST_JSON + 1), undefined],
  [`{"a":1,"b":[2,${arrays(DEEPEST_JSON)}]}`, undefined],
  [arrays(100_000), undefined],
  [`["${arrays(1_000)}"]`, [arrays(1_000)]],
  [`["\\"${'['.repeat(1_000)}","\\\\"]`, [`"${'['.repeat(1_000)}`, '\\']],
  ['["', undefined],
])('JSON is read as far as it is one, and can be walked through: %.20s', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});
