import { expect, test } from 'vitest';
import { describeCredential, describeOwner, describeToken, signInAgain } from '../../src/context/describe-credential.ts';
import { environmentCredential } from '../../src/context/environment-credential.ts';
import { helpWith } from '../../src/hint.ts';
import type { CredentialFacts, SignInMethod } from '../../src/storage/credential.ts';

const NOTHING = {
  url: 'https://identity.flowkiwi.net/',
  issuer: undefined,
  clientId: undefined,
  expiresAt: undefined,
  scope: undefined,
  user: undefined,
};
const user = (sub: string, email?: string, name?: string) => ({ user: { sub, email, name } });

test.each<[facts: Partial<CredentialFacts> & Pick<CredentialFacts, 'method'>, who: string | undefined, kind: string]>([
  [{ method: 'browser', ...user('1', 'jane@acme.example', 'Jane') }, 'jane@acme.example', 'user token of jane@acme.example'],
  [{ method: 'device', ...user('1', undefined, 'Jane') }, 'Jane', 'user token of Jane'],
  [{ method: 'device', ...user('1') }, '1', 'user token of 1'],
  [{ method: 'browser' }, undefined, 'user token'],
  [{ method: 'token' }, undefined, 'pasted token'],
  [{ method: 'token', ...user('1', 'jane@acme.example') }, 'jane@acme.example', 'pasted token of jane@acme.example'],
  [{ method: 'client_credentials', clientId: 'onboarding' }, 'client onboarding', 'client onboarding, client secret'],
  [{ method: 'service_account_key', ...user('123') }, 'service account 123', 'service account 123, key file'],
  [{ method: 'workload_identity', ...user('repo:acme/x') }, 'workload repo:acme/x', 'workload repo:acme/x, identity of a CI job'],
  [{ method: 'workload_identity' }, 'workload', 'workload, identity of a CI job'],
])('%j', (facts, who, kind) => {
  const known = { ...NOTHING, ...facts };
  expect(describeOwner(known)).toBe(who);
  expect(describeCredential('work', known)).toBe(`the stored credential of profile work (${kind})`);
  expect(describeCredential('work', known, ['expired'])).toBe(`the stored credential of profile work (${kind}, expired)`);
});

test('what helps names the profile, unless it is the usual one', () => {
  expect(signInAgain('default')).toEqual(helpWith('sign in again', 'login'));
  expect(signInAgain('work')).toEqual(helpWith('sign in again', '--profile', 'work', 'login'));
});

test.each<[SignInMethod, string]>([
  ['browser', 'login'],
  ['token', 'login'],
  ['client_credentials', 'login --client-credentials'],
  ['service_account_key', 'login --key-file FILE'],
  ['workload_identity', 'login --oidc'],
])('what helps is the way that it was signed in with: %s', (method, command) => {
  expect(signInAgain('default', { method })).toEqual(helpWith('sign in again', ...command.split(' ')));
});

const NOW = Date.parse('2026-01-01T00:00:00Z');
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const past = NOW / 1_000 - 60;

test.each<[what: string, token: string, issuer: string | undefined, words: readonly string[]]>([
  ['an opaque token', 'abc', undefined, []],
  ['three parts that are no token', 'a.b.c', undefined, []],
  ['a payload that is not an object', jwt(null), undefined, []],
  ['a token without claims', jwt({}), 'https://a.example', []],
  ['a token that lasts', jwt({ exp: NOW / 1_000 + 60, iss: 'https://a.example' }), 'https://a.example', []],
  ['an expired one', jwt({ exp: past }), undefined, ['expired at 2025-12-31T23:59:00.000Z']],
  ['an impossible time', jwt({ exp: -1e300 }), undefined, ['expired at 1970-01-01T00:00:00.000Z']],
  ['claims that are no such thing', jwt({ exp: 'x', iss: 1 }), undefined, []],
  ['an issuer, where none is known', jwt({ iss: 'https://b.example' }), undefined, ['issued by https://b.example']],
  ['the wrong issuer', jwt({ iss: 'https://b.example' }), 'https://a.example', ['issued by https://b.example, not by https://a.example']],
  [
    'both',
    jwt({ iss: 'https://b.example', exp: past }),
    'https://a.example',
    ['issued by https://b.example, not by https://a.example', 'expired at 2025-12-31T23:59:00.000Z'],
  ],
])('%s in words', (_what, token, issuer, words) => {
  expect(describeToken(token, { now: NOW, issuer })).toEqual(words);
});

test('the token of the environment says what is wrong with it', () => {
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const source = (token: string) => environmentCredential({ FLOWKIWI_TOKEN: token }, { clock, issuer: 'https://a.example' })?.source;
  expect(source('opaque')).toBe('the token from FLOWKIWI_TOKEN (an opaque token, such as a personal access token)');
  expect(source(jwt({ exp: past }))).toBe('the token from FLOWKIWI_TOKEN (expired at 2025-12-31T23:59:00.000Z)');
  expect(environmentCredential({ FLOWKIWI_TOKEN: ' ' })).toBeUndefined();
});
