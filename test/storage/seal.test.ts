import { describe, expect, test } from 'vitest';
import type { SealedCredential, StoredCredential } from '../../src/storage/credential.ts';
import { generateKey, keyFromText, keyToText, seal, unseal } from '../../src/storage/seal.ts';

const PERSON: StoredCredential = {
  method: 'browser',
  url: 'https://identity.flowkiwi.net/',
  issuer: 'https://sign-in.example',
  clientId: 'flowkiwi-cli',
  accessToken: 'access',
  refreshToken: 'refresh',
  expiresAt: 1_750_000_000_000,
  scope: 'openid email',
  machine: undefined,
  user: { sub: '1', email: 'jane@acme.example', name: 'Jane' },
};
const PASTED: StoredCredential = { ...PERSON, method: 'token', issuer: undefined, clientId: undefined, refreshToken: undefined };
const CLIENT: StoredCredential = {
  ...PASTED,
  method: 'client_credentials',
  clientId: 'onboarding',
  machine: { kind: 'client_credentials', clientSecret: 'secret' },
};
const KEY = generateKey('account');

test.each([
  ['a person', PERSON, true],
  ['a pasted token', PASTED, false],
  ['a machine', CLIENT, true],
])('what is sealed of %s comes back, and can be renewed as before', (_who, credential, isRenewable) => {
  const sealed = seal('work', credential, KEY);
  expect(sealed.isRenewable).toBe(isRenewable);
  expect(sealed.sealed.account).toBe('account');
  expect(JSON.stringify(sealed)).not.toMatch(/"access"|refresh"|"secret"|accessToken|refreshToken|machine/);
  expect(unseal('work', sealed, KEY)).toEqual(credential);
});

test('the same secrets are another text each time', () => {
  expect(seal('work', PERSON, KEY).sealed.box).not.toBe(seal('work', PERSON, KEY).sealed.box);
});

test('a key comes back from its text, and another text is not a key', () => {
  expect(keyFromText('account', keyToText(KEY))).toEqual({ account: 'account', bytes: Buffer.from(KEY.bytes) });
  for (const text of ['', 'x', keyToText(KEY).slice(4), Buffer.alloc(33).toString('base64')])
    expect(keyFromText('account', text)).toBeUndefined();
});

describe('does not open', () => {
  const good = seal('work', PERSON, KEY);
  const box = (change: (bytes: Buffer) => Buffer): SealedCredential => {
    const changed = change(Buffer.from(good.sealed.box, 'base64')).toString('base64');
    return { ...good, sealed: { ...good.sealed, box: changed } };
  };
  const flip = (at: number) => box((bytes) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))));

  test.each<[what: string, profile: string, sealed: SealedCredential]>([
    ['for another profile', 'home', good],
    ['for another API', 'work', { ...good, url: 'https://evil.example/' }],
    ['for another sign-in server', 'work', { ...good, issuer: 'https://evil.example' }],
    ['for no sign-in server', 'work', { ...good, issuer: undefined }],
    ['for another client', 'work', { ...good, clientId: 'evil' }],
    ['as what was obtained otherwise', 'work', { ...good, method: 'token' }],
    ['with another nonce', 'work', flip(0)],
    ['with another content', 'work', flip(12)],
    ['with another tag', 'work', flip(Buffer.from(good.sealed.box, 'base64').length - 1)],
    ['cut off', 'work', box((bytes) => bytes.subarray(0, -1))],
    ['with a short tag', 'work', box((bytes) => bytes.subarray(0, 28))],
    ['empty', 'work', box(() => Buffer.alloc(0))],
  ])('%s', (_what, profile, sealed) => {
    expect(unseal(profile, sealed, KEY)).toBeUndefined();
  });

  test('with another key', () => {
    expect(unseal('work', good, generateKey('account'))).toBeUndefined();
  });

  test('but what says nothing of where it may go can change', () => {
    expect(unseal('work', { ...good, expiresAt: 1, scope: 'email' }, KEY)).toEqual({ ...PERSON, expiresAt: 1, scope: 'email' });
  });
});
