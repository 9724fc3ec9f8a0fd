import { expect, test } from 'vitest';
import { type CredentialEntry, isSame, type SealedCredential, type StoredCredential } from '../../src/storage/credential.ts';
import { removedFrom, replacedIn } from '../../src/storage/credentials.ts';

const FACTS = {
  method: 'browser',
  url: 'https://identity.flowkiwi.net/',
  issuer: 'https://sign-in.example',
  clientId: 'flowkiwi-cli',
  expiresAt: undefined,
  scope: undefined,
  user: undefined,
} as const;
const open = (accessToken: string, refreshToken?: string): StoredCredential => ({
  ...FACTS,
  accessToken,
  refreshToken,
  machine: undefined,
});
const sealed = (box: string): SealedCredential => ({ ...FACTS, isRenewable: true, sealed: { account: 'a', box } });

test.each<[what: string, one: CredentialEntry | undefined, other: CredentialEntry, expected: boolean]>([
  ['nothing, and something', undefined, open('A', 'R'), false],
  ['nothing, and a machine', undefined, open('A'), false],
  ['a refresh token that came with another access token', open('B', 'R'), open('A', 'R'), true],
  ['another refresh token', open('A', 'S'), open('A', 'R'), false],
  ['a refresh token, and none', open('A', 'R'), open('A'), false],
  ['none, and a refresh token', open('A'), open('A', 'R'), false],
  ['the access token of a machine', open('A'), open('A'), true],
  ['another access token of a machine', open('B'), open('A'), false],
  ['the same box', sealed('x'), sealed('x'), true],
  ['another box', sealed('y'), sealed('x'), false],
  ['sealed, and in the clear', sealed('x'), open('A', 'R'), false],
  ['in the clear, and sealed', open('A', 'R'), sealed('x'), false],
])('%s', (_what, one, other, expected) => {
  expect(isSame(one, other)).toBe(expected);
  // What is stored is replaced or removed only while it is the one that was sent.
  const stored = new Map(one && [['work', one]]);
  const renewed = open('new', 'new');
  expect(replacedIn(stored, 'work', other, renewed).get('work')).toEqual(expected ? renewed : one);
  expect(removedFrom(stored, 'work', other).has('work')).toBe(one !== undefined && !expected);
});
