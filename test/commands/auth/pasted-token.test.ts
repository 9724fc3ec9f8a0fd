import { describe, expect, test } from 'vitest';
import { checkedToken } from '../../../src/commands/auth/pasted-token.ts';

const NOW = Date.UTC(2026, 0, 2);

/** A JSON Web Token with these claims, which nobody has signed. */
function jwt(claims: object): string {
  return ['{}', JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

test.each<[what: string, pasted: string, token: string, expiresAt?: number]>([
  ['as it is', 'abc', 'abc'],
  ['every character of RFC 6750 section 2.1', 'aZ09-._~+/==', 'aZ09-._~+/=='],
  ['as another server makes it', 'a|b:c!d$e~f', 'a|b:c!d$e~f'],
  ['behind the word Bearer', 'Bearer abc', 'abc'],
  ['in quotes', '"abc"\n', 'abc'],
  ['with blanks around it', ' \tabc\r\n\n', 'abc'],
  ['with a byte order mark', '\ufeffabc\n', 'abc'],
  ['that says it lasts', jwt({ exp: NOW / 1000 + 1 }), jwt({ exp: NOW / 1000 + 1 }), NOW + 1000],
  ['that lasts longer than any calendar', jwt({ exp: 1e300 }), jwt({ exp: 1e300 })],
  ['that does not say how long it lasts', jwt({ sub: 'u' }), jwt({ sub: 'u' })],
])('a token %s', (_what, pasted, token, expiresAt) => {
  expect(checkedToken(pasted, NOW)).toEqual({ token, expiresAt });
});

describe('no token', () => {
  test.each<[what: string, pasted: string, words: string]>([
    ['nothing', '', 'is empty'],
    ['blanks', ' \n\n', 'is empty'],
    ['two lines', 'abc\ndef\n', 'more than one line'],
    ['two words', 'Basic abc', 'characters that no token has'],
    ['a control character', 'abc\u001b[31m', 'characters that no token has'],
    ['letters that are not ASCII', 'tökén', 'characters that no token has'],
    ['JSON', '{"access_token":"abc"}', 'holds JSON'],
    ['a quote', '"abc', 'has a quote in it'],
    ['a variable', '$TOKEN', 'holds the name TOKEN, not what that variable holds'],
    ['a variable of PowerShell', '$env:TOKEN', 'holds the name TOKEN'],
    ['a path', '/run/secrets/token', 'holds the path of a file'],
    ['the name of a file', 'token.txt', 'holds the path of a file'],
  ])('%s: input that is refused', (_what, pasted, words) => {
    expect(() => checkedToken(pasted, NOW)).toThrow(
      expect.objectContaining({ code: 'invalid', exitStatus: 2, message: expect.stringContaining(words) }),
    );
  });

  test('one that has expired', () => {
    expect(() => checkedToken(jwt({ exp: NOW / 1000 }), NOW)).toThrow(
      expect.objectContaining({ code: 'auth', message: 'the pasted token has expired: it was good until 2026-01-02T00:00:00.000Z' }),
    );
  });
});
