import { expect, test } from 'vitest';
import type { StoredCredential } from '../../src/storage/credential.ts';
import { createVault } from '../../src/storage/vault.ts';
import { memoryKeychain, noKeychain } from '../support/keychains.ts';

const CREDENTIAL: StoredCredential = {
  method: 'token',
  url: 'https://identity.flowkiwi.net/',
  issuer: undefined,
  clientId: undefined,
  accessToken: 'access',
  refreshToken: undefined,
  expiresAt: undefined,
  scope: undefined,
  machine: undefined,
  user: undefined,
};

test('a key is in the keychain before anything is sealed with it, and opens it in another run', async () => {
  const keychain = memoryKeychain();
  const { newKey, seal } = createVault(keychain);
  const key = await newKey();
  expect([...keychain.secrets.keys()]).toEqual([key.account]);
  expect(await createVault(keychain).open('work', seal('work', CREDENTIAL, key))).toMatchObject({ kind: 'open', credential: CREDENTIAL });
});

test('the keychain is asked for a key once a run', async () => {
  const keychain = memoryKeychain();
  const first = createVault(keychain);
  const sealed = first.seal('work', CREDENTIAL, await first.newKey());
  const second = createVault(keychain);
  expect((await second.open('work', sealed)).kind).toBe('open');
  keychain.secrets.clear();
  expect((await second.open('work', sealed)).kind).toBe('open');
  expect((await createVault(keychain).open('work', sealed)).kind).toBe('no_key');
});

test.each(['', 'no key', 'AAAA'])('%j in its place in the keychain is not a key', async (text) => {
  const keychain = memoryKeychain();
  const { newKey, seal } = createVault(keychain);
  const sealed = seal('work', CREDENTIAL, await newKey());
  keychain.secrets.set(sealed.sealed.account, text);
  expect((await createVault(keychain).open('work', sealed)).kind).toBe('no_key');
});

test('another key than its own does not fit', async () => {
  const keychain = memoryKeychain();
  const { newKey, seal } = createVault(keychain);
  const sealed = seal('work', CREDENTIAL, await newKey());
  keychain.secrets.set(sealed.sealed.account, Buffer.alloc(32).toString('base64'));
  expect((await createVault(keychain).open('work', sealed)).kind).toBe('no_fit');
});

test('a key that is forgotten opens nothing, not even in the same run', async () => {
  const keychain = memoryKeychain();
  const { newKey, seal, forget, open } = createVault(keychain);
  const key = await newKey();
  const sealed = seal('work', CREDENTIAL, key);
  expect(await forget(key.account)).toBe(true);
  expect((await open('work', sealed)).kind).toBe('no_key');
});

test('without a keychain nothing is sealed or opened, and forgetting says so', async () => {
  const { newKey, seal } = createVault(memoryKeychain());
  const sealed = seal('work', CREDENTIAL, await newKey());
  const vault = createVault(noKeychain);
  await expect(vault.newKey()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(vault.open('work', sealed)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await vault.forget(sealed.sealed.account)).toBe(false);
});
