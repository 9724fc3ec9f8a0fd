import { expect, test } from 'vitest';
import { type Field, jsonOfFields, queryOfFields, splitField, typedValue } from '../../../src/commands/api/fields.ts';

const fields = (texts: readonly string[]): Field[] =>
  texts.map((given) => {
    const { name, text } = splitField(given, '--field');
    return { name, value: text === undefined ? undefined : typedValue(text) };
  });

test.each<[string, unknown]>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['0', 0],
  ['42', 42],
  ['-7', -7],
  ['9007199254740991', 9007199254740991],
  // Anything that JSON, or a program, would read as something else.
  ['9007199254740992', '9007199254740992'],
  ['-0', '-0'],
  ['007', '007'],
  ['1.5', '1.5'],
  ['1e3', '1e3'],
  ['+1', '+1'],
  [' 1', ' 1'],
  ['True', 'True'],
  ['', ''],
])('%j is %j', (text, value) => {
  expect(typedValue(text)).toBe(value);
});

test.each<[string[], string]>([
  [['name=Acme'], '{"name":"Acme"}'],
  [['2=a', '1=b', 'x[2]=1', 'x[1]=2'], '{"2":"a","1":"b","x":{"2":1,"1":2}}'],
  [['a=1', 'b=true', 'c=null', 'd='], '{"a":1,"b":true,"c":null,"d":""}'],
  [['formula=a=b'], '{"formula":"a=b"}'],
  [['a[b]=1', 'a[c][d]=2'], '{"a":{"b":1,"c":{"d":2}}}'],
  [['tags[]=x', 'tags[]=2'], '{"tags":["x",2]}'],
  [['tags[]'], '{"tags":[]}'],
  [['tags[]=x', 'tags[]'], '{"tags":["x"]}'],
  [['items[][name]=a', 'items[][price]=1', 'items[][name]=b'], '{"items":[{"name":"a","price":1},{"name":"b"}]}'],
  [['items[][tags][]=a', 'items[][tags][]=b', 'items[][name]=x'], '{"items":[{"tags":["a","b"],"name":"x"}]}'],
  [['items[][at][x]=1', 'items[][at][y]=2', 'items[][at][x]=3'], '{"items":[{"at":{"x":1,"y":2}},{"at":{"x":3}}]}'],
  [['a[b][]=1', 'a[b][]=2'], '{"a":{"b":[1,2]}}'],
  [['__proto__[x]=1', 'constructor=2'], '{"__proto__":{"x":1},"constructor":2}'],
  [[], '{}'],
])('%j is %s', (texts, json) => {
  expect(jsonOfFields(fields(texts))).toBe(json);
});

test.each([[['a=1', 'a=2']], [['a=1', 'a[b]=2']], [['a[b]=1', 'a=2']], [['a[]=1', 'a[b]=2']], [['a[b]=1', 'a[]=2']]])(
  '%j contradict each other',
  (texts) => {
    expect(() => jsonOfFields(fields(texts))).toThrow(expect.objectContaining({ code: 'usage' }));
  },
);

test.each(['name', '=x', '', '[a]=x', 'a[=x', 'a]=x', 'a[b]c=x', 'a[][]=x', 'a[[b]]=x'])('%j is not a field', (text) => {
  expect(() => jsonOfFields(fields([text]))).toThrow(expect.objectContaining({ code: 'usage' }));
});

test.each([
  ['--field', 'client_secret=hunter2'],
  ['--field', 'login[password]=hunter2'],
  ['--field', 'refresh_token=hunter2'],
  ['--raw-field', 'apiKey=hunter2'],
  ['--raw-field', 'passphrase=@hunter2'],
])('%s %s is a secret in the argument list', (flag, text) => {
  expect(() => splitField(text, flag)).toThrow(expect.objectContaining({ code: 'usage', message: expect.not.stringContaining('hunter2') }));
});

test('a secret from a file is none', () => {
  expect(splitField('client_secret=@-', '--field')).toEqual({ name: 'client_secret', text: '@-' });
});

test('in a query the names stay as they are, and may come again', () => {
  const query = queryOfFields(fields(['order[name]=asc', 'page=2', 'x=null', 'all=true', 'id[]=a', 'id[]=b', 'none[]']));
  expect(query).toEqual([
    ['order[name]', 'asc'],
    ['page', '2'],
    ['x', ''],
    ['all', 'true'],
    ['id[]', 'a'],
    ['id[]', 'b'],
  ]);
});
