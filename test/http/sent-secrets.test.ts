import { expect, test } from 'vitest';
import { secretsOf } from '../../src/http/sent-secrets.ts';

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
