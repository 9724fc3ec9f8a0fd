import type { Keychain } from '../edges.ts';
import { takeLock } from '../files/lock.ts';
import type { StoreOptions } from './versioned-file.ts';

/** Long enough for many calls of a keychain that answers. */
const TURN_WAIT_MS = 30_000;

/**
 * The keychain, asked by one process at a time: many at once keep it from answering any of them in the time that a call may take.
 * A process that cannot wait for a turn, because there is no folder for the lock or a holder does not end, asks without one.
 */
export function serializedKeychain(
  keychain: Keychain,
  { directory, clock, during = (_, work) => work() }: Pick<StoreOptions, 'directory' | 'clock' | 'during'>,
): Keychain {
  async function inTurn<T>(call: () => Promise<T>): Promise<T> {
    const turn = await takeLock(`${directory}/keychain.lock`, { waitMs: TURN_WAIT_MS, clock }).catch(() => undefined);
    try {
      return await call();
    } finally {
      await turn?.release();
    }
  }

  const asked = <T>(call: () => Promise<T>) => during('wait for the keychain', () => inTurn(call));
  return {
    get: (account) => asked(() => keychain.get(account)),
    set: (account, secret) => asked(() => keychain.set(account, secret)),
    delete: (account) => asked(() => keychain.delete(account)),
  };
}
