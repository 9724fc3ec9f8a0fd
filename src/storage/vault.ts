import { randomUUID } from 'node:crypto';
import type { Keychain } from '../edges.ts';
import { isCliError } from '../errors.ts';
import type { SealedCredential, StoredCredential } from './credential.ts';
import { generateKey, keyFromText, keyToText, type SealingKey, seal, unseal } from './seal.ts';

/** How the opening of a sealed credential went. `no_key`: the keychain has it no more; `no_fit`: it was sealed otherwise, or was changed. */
export type Opening =
  | { readonly kind: 'open'; readonly credential: StoredCredential; readonly key: SealingKey }
  | { readonly kind: 'no_key' | 'no_fit' };

/**
 * Seals and opens credentials whose keys are in the keychain. Each key is asked for once a run at most. A key belongs to one sign-in, whose
 * tokens are all sealed with it: so the process that ends that sign-in can take the key away, whatever others are about.
 */
export interface Vault {
  /** A new key, which is in the keychain already. Throws `unavailable` when that cannot be had. */
  readonly newKey: () => Promise<SealingKey>;
  /** Encrypts the secrets of a profile's credential. Asks nobody. */
  readonly seal: (profile: string, credential: StoredCredential, key: SealingKey) => SealedCredential;
  /** Throws `unavailable` when the keychain cannot be had. */
  readonly open: (profile: string, entry: SealedCredential) => Promise<Opening>;
  /** Takes a key out of the keychain. Resolves to false when that cannot be had. */
  readonly forget: (account: string) => Promise<boolean>;
}

export function createVault(keychain: Keychain): Vault {
  const keys = new Map<string, SealingKey>();

  async function find(account: string): Promise<SealingKey | undefined> {
    const known = keys.get(account);
    if (known) return known;
    const text = await keychain.get(account);
    return text === undefined ? undefined : remember(keyFromText(account, text));
  }

  function remember<T extends SealingKey | undefined>(key: T): T {
    if (key) keys.set(key.account, key);
    return key;
  }

  return {
    newKey: async () => {
      const key = generateKey(randomUUID());
      await keychain.set(key.account, keyToText(key));
      return remember(key);
    },
    seal,
    open: async (profile, entry) => {
      const key = await find(entry.sealed.account);
      if (!key) return { kind: 'no_key' };
      const credential = unseal(profile, entry, key);
      return credential ? { kind: 'open', credential, key } : { kind: 'no_fit' };
    },
    forget: async (account) => {
      keys.delete(account);
      try {
        await keychain.delete(account);
        return true;
      } catch (error) {
        if (isCliError(error)) return false;
        throw error;
      }
    },
  };
}
