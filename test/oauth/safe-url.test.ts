import { expect, test } from 'vitest';
import { parseSafeUrl, whyUnsafe } from '../../src/oauth/safe-url.ts';

test.each([
  ['https://id.example/device', 'https://id.example/device'],
  ['http://127.0.0.1:8787/x', 'http://127.0.0.1:8787/x'],
  ['http://[::1]:1/', 'http://[::1]:1/'],
  ['http://localhost:3000/', 'http://localhost:3000/'],
  ['http://acme.localhost:3000/', 'http://acme.localhost:3000/'],
  ['http://acmelocalhost/', undefined],
  ['http://id.example/device', undefined],
  ['http://127.0.0.1.evil.example/', undefined],
  ['http://localhost.evil.example/', undefined],
  ['http://127.8.0.2/', 'http://127.8.0.2/'],
  ['http://128.0.0.1/', undefined],
  ['http://localhost.:3000/', 'http://localhost.:3000/'],
  ['http://[::ffff:127.0.0.1]:1/', 'http://[::ffff:7f00:1]:1/'],
  ['http://0.0.0.0/', undefined],
  ['https://accounts.example@evil.example/', undefined],
  ['https://user:secret@id.example/', undefined],
  ['javascript:alert(1)', undefined],
  ['file:///etc/passwd', undefined],
  ['data:text/html,x', undefined],
  ['ftp://id.example/', undefined],
  ['//id.example/', undefined],
  ['-a Calculator', undefined],
  ['', undefined],
  [undefined, undefined],
  [null, undefined],
  [7, undefined],
])('%s', (text, expected) => {
  expect(parseSafeUrl(text)?.href).toBe(expected);
});

test.each<[unknown, string]>([
  ['http://id.example/', 'is not https'],
  ['nonsense', 'is not https'],
  [7, 'is not https'],
  ['https://accounts.example@evil.example/', 'has a user name or a password in it'],
  ['https://user:secret@id.example/', 'has a user name or a password in it'],
])('%s: %s', (text, words) => {
  expect(whyUnsafe(text)).toBe(words);
});
