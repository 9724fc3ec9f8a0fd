import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedResponse, secretsOf, valueRedactor } from '../../src/http/redact-values.ts';

const SECRET = 'opaque/+~"é\\x=token';
const bytes = Buffer.from(SECRET);

describe('a secret that is repeated', () => {
  test.each<[how: string, text: string, shown: string]>([
    ['as it is', `no ${SECRET}, ${SECRET}!`, 'no [redacted], [redacted]!'],
    ['in JSON', JSON.stringify({ detail: `no ${SECRET}` }), '{"detail":"no [redacted]"}'],
    ['in JSON of PHP', JSON.stringify({ detail: SECRET }).replaceAll('/', '\\/'), '{"detail":"[redacted]"}'],
    ['in JSON with every character escaped', `{"a":"${escaped(SECRET)}","b":"\\n"}`, '{"a":"[redacted]","b":"\\n"}'],
    ['in JSON within JSON', JSON.stringify({ a: `{"b":"${escaped(SECRET)}"}` }), '{"a":"{\\"b\\":\\"[redacted]\\"}"}'],
    ['as JSON in plain ASCII, in other text', `<${JSON.stringify(SECRET).slice(1, -1).replace('é', '\\u00e9')}>`, '<[redacted]>'],
    ['with slashes escaped alone', `<${SECRET.replaceAll('/', '\\/')}>`, '<[redacted]>'],
    ['in half of JSON', `{"a":"${JSON.stringify(SECRET).slice(1, -1)}`, '{"a":"[redacted]'],
    ['percent-encoded', `/?a=${encodeURIComponent(SECRET)}`, '/?a=[redacted]'],
    ['percent-encoded in lower case', `/?a=${encodeURIComponent(SECRET).replace(/%../g, (byte) => byte.toLowerCase())}`, '/?a=[redacted]'],
    ['in a form', new URLSearchParams({ a: SECRET }).toString(), 'a=[redacted]'],
    ['in base64', `<${bytes.toString('base64')}>`, '<[redacted]>'],
    ['in hexadecimal', `<${bytes.toString('hex')}>`, '<[redacted]>'],
    ['in hexadecimal of capitals', `<${bytes.toString('hex').toUpperCase()}>`, '<[redacted]>'],
    ['in a header, byte by byte', `<${bytes.toString('latin1')}>`, '<[redacted]>'],
  ])('%s', (_how, text, shown) => {
    expect(valueRedactor([SECRET])(text)).toBe(shown);
  });

  test.each(['base64', 'base64url'] as const)('in %s, wherever it stands in something longer', (encoding) => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const shown = valueRedactor([SECRET])(Buffer.from(`${before}${SECRET}:end`).toString(encoding));
      expect(shown).toContain('[redacted]');
      expect(shown.length).toBeLessThan(25);
    }
  });

  test('nothing is left of the longer of two', () => {
    expect(valueRedactor(['opaque-token', 'opaque-token-2'])('no opaque-token-2, opaque-token')).toBe('no [redacted], [redacted]');
  });

  test('any, in a JSON text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 8 }), fc.string(), (secret, other) => {
        const shown: unknown = JSON.parse(valueRedactor([secret])(JSON.stringify([other, secret])));
        expect(shown).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });
});

test.each<[what: string, secrets: readonly string[], text: string]>([
  ['no secret', [], 'hello "a\\n"'],
  ['what is too short to be one', ['a', 'b'.repeat(7)], `a name ${'b'.repeat(7)}`],
  ['a text without it', [SECRET], '{"a":"b\\/c","d":"\\u00e9"}'],
])('%s changes nothing', (_what, secrets, text) => {
  expect(valueRedactor(secrets)(text)).toBe(text);
});

test('an answer has it neither in its headers nor in its body nor in its bytes', () => {
  const url = new URL('https://a.example/');
  const answer = {
    status: 401,
    url,
    headers: { 'x-request-id': 'opaque-token' },
    body: 'opaque-token',
    bytes: Buffer.from('opaque-token'),
  };
  expect(redactedResponse(answer, valueRedactor(['opaque-token']))).toEqual({
    status: 401,
    url,
    headers: { 'x-request-id': '[redacted]' },
    body: '[redacted]',
  });
});

test('one that is nothing but escapes is known where quotes do not pair', () => {
  const text = `a size of 5" then {"k":"${escaped(SECRET)}"}`;
  expect(valueRedactor([SECRET])(text)).toBe('a size of 5" then {"k":"[redacted]"}');
  const other = `5" {"k":"${escaped('nothing to hide')}"}`;
  expect(valueRedactor([SECRET])(other)).toBe(other);
});

test('a long answer takes no long time', () => {
  const redactValues = valueRedactor([SECRET]);
  for (const text of [
    '"'.repeat(300_000),
    `"${'\\"'.repeat(300_000)}`,
    `"${'\\u0041'.repeat(100_000)}"`,
    '\\'.repeat(300_000),
    '"\\n",'.repeat(100_000),
  ])
    redactValues(text);
});

/** Each character as JSON may write it. */
function escaped(text: string): string {
  return [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
const JSON_BODY = { 'content-type': 'application/merge-patch+json' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[what: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array | undefined, secrets: readonly string[]]>([
  ['nothing', { accept: 'application/json' }, undefined, []],
  ['a bearer token', { authorization: 'Bearer opaque-token' }, undefined, ['opaque-token']],
  ['credentials without a scheme', { authorization: 'opaque-token' }, undefined, ['opaque-token']],
  ['a header with the name of a secret', { 'x-api-key': 'opaque key' }, undefined, ['key']],
  [
    'HTTP Basic, as OAuth encodes it',
    { authorization: `Basic ${base64('a%3Ab:p%40ss+word')}` },
    undefined,
    [base64('a%3Ab:p%40ss+word'), 'a%3Ab:p%40ss+word', 'p%40ss+word', 'p@ss word'],
  ],
  ['a form', FORM, 'client_id=onboarding&refresh_token=a%2Bb%2Fc-1234&scope=openid', ['a+b/c-1234']],
  ['JSON', JSON_BODY, '{"user":{"name":"jane","password":"pa\\u0073s"},"pat":"t","pin":[1234]}', ['pass', 't', '1234']],
  ['JSON beneath the name of a secret', JSON_BODY, '{"password":{"value":"pass","changeRequired":true}}', ['pass']],
  ['JSON in bytes', JSON_BODY, Buffer.from('{"secret":"pass"}'), ['pass']],
  ['half of JSON', JSON_BODY, '{"secret":"pass"', []],
  ['a body of another type', { 'content-type': 'text/plain' }, 'code=opaque-code', []],
])('%s', (_what, headers, body, secrets) => {
  expect(secretsOf({ url: new URL('https://a.example/?page=2'), headers, body })).toEqual(secrets);
});

test('the query of an address', () => {
  expect(secretsOf({ url: new URL('https://a.example/?sig=s%2Bt&page=2&access_token=t'), headers: {} })).toEqual(['s+t', 't']);
});
