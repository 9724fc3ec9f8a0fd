import { expect, test } from 'vitest';
import { readHeaders } from '../../../src/commands/api/headers.ts';

test.each<[string[], Record<string, string>]>([
  [[], {}],
  [['Accept: application/json'], { accept: 'application/json' }],
  [['X-Flowkiwi-Locale:fr-FR', 'If-Match:  "a:b" '], { 'x-flowkiwi-locale': 'fr-FR', 'if-match': '"a:b"' }],
  [['Idempotency-Key: 7'], { 'idempotency-key': '7' }],
  [['X-Empty:'], { 'x-empty': '' }],
  [['Accept: a/b', 'ACCEPT: c/d'], { accept: 'c/d' }],
])('%j', (texts, headers) => {
  expect(readHeaders(texts)).toEqual(headers);
});

test.each([
  'Authorization: Bearer hunter2',
  'authorization:hunter2',
  'Proxy-Authorization: hunter2',
  'Cookie: sid=hunter2',
  'X-Api-Key: hunter2',
  'X-Auth-Token: hunter2',
  'Set-Cookie: hunter2',
  'X-Passphrase: hunter2',
  'Host: hunter2',
  'Content-Length: 2',
  'Transfer-Encoding: chunked',
  'Connection: close',
  'hunter2',
  ': hunter2',
  'two words: hunter2',
  'X-A: hunter2\r\nX-B: c',
  'X-A: 日本 hunter2',
])('%j is refused, and not repeated', (text) => {
  expect(() => readHeaders([text])).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.not.stringContaining('hunter2'),
      hint: expect.not.stringContaining('hunter2'),
    }),
  );
});
