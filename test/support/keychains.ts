import type { Keychain } from '../../src/edges.ts';
import { CliError } from '../../src/errors.ts';

/** A keychain in memory, with what is in it. */
export function memoryKeychain(): Keychain & { readonly secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  return {
    secrets,
    get: async (account) => secrets.get(account),
    set: async (account, secret) => void secrets.set(account, secret),
    delete: async (account) => void secrets.delete(account),
  };
}

const refuse = () => Promise.reject(new CliError('unavailable', 'there is no keychain', { hint: 'start one' }));

/** The keychain of a machine that has none. */
export const noKeychain: Keychain = { get: refuse, set: refuse, delete: refuse };
