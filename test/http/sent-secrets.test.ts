import { expect, test } from 'vitest';
import { withoutSent } from '../../src/http/sent-secrets.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };

test.each<[what: string, headers: Readonly<Record<string, string>>, body: string | undefined, text: string, shown: string]>([
  ['a bearer token', { authorization: 'Bearer opaque-token' }, undefined, 'no opaque-token, opaque-token', 'no [redacted], [redacted]'],
  ['a secret of a form', FORM, 'client_id=onboarding&refresh_token=a%2Bb%2Fc-1234', 'onboarding: a+b/c-1234', 'onboarding: [redacted]'],
  ['what is no secret', FORM, 'scope=openid-and-more', 'no openid-and-more', 'no openid-and-more'],
  ['what is too short to be one', { authorization: 'Bearer a' }, undefined, 'a name', 'a name'],
  ['a body that is no form', { 'content-type': 'application/json' }, 'code=opaque-code', 'no opaque-code', 'no opaque-code'],
  ['a request without secrets', {}, undefined, 'hello', 'hello'],
])('%s in an answer', (_what, headers, body, text, shown) => {
  expect(withoutSent(text, { headers, body })).toBe(shown);
});
