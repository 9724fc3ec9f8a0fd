import { expect, test } from 'vitest';
import { incomingText, type TextKind } from '../src/incoming-text.ts';

test.each<readonly [TextKind, string, string, string | undefined]>([
  ['name', 'Customer A', 'Customer A', undefined],
  ['name', 'Customer A\r', 'Customer A', 'X: the line end was taken off'],
  ['name', 'Customer A\r\n', 'Customer A', 'X: the line end was taken off'],
  ['name', '\uFEFFCustomer A', 'Customer A', 'X: the byte order mark in front was taken off'],
  ['name', ' Customer A\t', 'Customer A', 'X: the white space around it was taken off'],
  ['name', '"Acme" Corp', '"Acme" Corp', undefined],
  ['name', "'Acme'", "'Acme'", undefined],
  ['id', '42\n\n', '42', 'X: the white space around it was taken off'],
  ['path', ' key.json\r', ' key.json', 'X: the line end was taken off'],
  ['path', ' key.json ', ' key.json ', undefined],
  ['content', 'name=a\tb\nc\n', 'name=a\tb\nc', 'X: the line end was taken off'],
  ['password', ' \u0001\n', ' \u0001\n', undefined],
  ['token', 'Bearer abc', 'abc', 'X: the word Bearer in front was taken off'],
  ['token', 'bearer abc\r\n', 'abc', 'X: the line end and the word Bearer in front were taken off'],
  ['token', 'bearer', 'bearer', undefined],
])('%s takes %j as %j', (kind, raw, text, notice) => {
  expect(incomingText(kind, raw, 'X')).toEqual({ text, notice, warning: undefined });
});

test.each<readonly [TextKind, string, string]>([
  ['token', '"Bearer abc"', 'abc'],
  ['id', "'42'", '42'],
  ['reference', '"42"', '42'],
  ['url', '" https://api.example "', 'https://api.example'],
  ['secret', '"s3 cret"\n', 's3 cret'],
])('%s takes %j without its quotes, and warns', (kind, raw, text) => {
  expect(incomingText(kind, raw, 'X')).toMatchObject({ text, warning: 'X has quotes around it, which were taken off' });
});

test.each<readonly [TextKind, string, string]>([
  ['name', 'a\rb', 'X has a line break in it (U+000D)'],
  ['name', 'a\n\n', 'X has a line break in it (U+000A)'],
  ['name', 'a\u001c', 'X has a control character (U+001C)'],
  ['name', 'a\u0000b', 'X has a control character (U+0000)'],
  ['name', 'a\u0085b', 'X has a control character (U+0085)'],
  ['name', 'Caf\uFFFD', 'X has bytes that are not UTF-8 (U+FFFD)'],
  ['name', 'Caf\uD800', 'X has bytes that are not UTF-8 (U+FFFD)'],
  ['password', 'Caf\uFFFD', 'X has bytes that are not UTF-8 (U+FFFD)'],
  ['content', 'a\u0000', 'X has a control character (U+0000)'],
  ['reference', '42\r42', 'X has a line break in it (U+000D)'],
])('%s refuses %j', (kind, raw, message) => {
  expect(() => incomingText(kind, raw, 'X')).toThrow(expect.objectContaining({ code: 'usage', message }));
});
