import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serializedKeychain } from '../../src/storage/serialized-keychain.ts';
import { memoryKeychain, noKeychain } from '../support/keychains.ts';
import { newStore } from '../support/store-folder.ts';

test('one is asked after the other, also by different processes', async () => {
  const store = newStore();
  mkdirSync(store.directory, { recursive: true });
  let inside = 0;
  let most = 0;
  const keychain = {
    ...memoryKeychain(),
    get: async (account: string) => {
      inside += 1;
      most = Math.max(most, inside);
      await store.clock.sleep(5);
      inside -= 1;
      return `secret of ${account}`;
    },
  };
  const answers = await Promise.all(['a', 'b', 'c'].map((account) => serializedKeychain(keychain, store).get(account)));
  expect([answers, most]).toEqual([['secret of a', 'secret of b', 'secret of c'], 1]);
  expect(readdirSync(store.directory)).toEqual([]);
});

test('it is asked also where there is no folder for a lock', async () => {
  const keychain = memoryKeychain();
  const turns = serializedKeychain(keychain, newStore());
  await turns.set('a', 'secret');
  expect(await turns.get('a')).toBe('secret');
  await turns.delete('a');
  expect(keychain.secrets.size).toBe(0);
});

test('what it fails with is the failure, and the turn is given back', async () => {
  const store = newStore();
  mkdirSync(store.directory, { recursive: true });
  await expect(serializedKeychain(noKeychain, store).get('a')).rejects.toMatchObject({ code: 'unavailable' });
  expect(readdirSync(store.directory)).toEqual([]);
});
