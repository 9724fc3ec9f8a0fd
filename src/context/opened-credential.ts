import { CliError, isCliError } from '../errors.ts';
import { orElse } from '../hint.ts';
import { type CredentialEntry, isSealed, type StoredCredential } from '../storage/credential.ts';
import type { Vault } from '../storage/vault.ts';
import { describeCredential, loginCommand, signInAgain } from './describe-credential.ts';

/** A stored credential with its secrets. */
export interface OpenedCredential {
  readonly credential: StoredCredential;
  /** Makes of new tokens an entry like the one that was opened: sealed with the same key, or in the clear. Asks nobody. */
  readonly entryOf: (renewed: StoredCredential) => CredentialEntry;
}

/**
 * The secrets of a profile's stored credential; the keychain is asked only when they are sealed. Throws `unavailable` when it cannot be had:
 * nothing is lost then; and `auth` when nothing opens them any more.
 */
export async function openCredential(profile: string, entry: CredentialEntry, vault: () => Promise<Vault>): Promise<OpenedCredential> {
  if (!isSealed(entry)) return { credential: entry, entryOf: (renewed) => renewed };
  const { open, seal } = await vault();
  try {
    const opening = await open(profile, entry);
    if (opening.kind !== 'open') throw new CliError('auth', WORTHLESS[opening.kind], { hint: signInAgain(profile, entry) });
    const { credential, key } = opening;
    return { credential, entryOf: (renewed) => seal(profile, renewed, key) };
  } catch (error) {
    if (!isCliError(error)) throw error;
    const { code, message, hint, cause } = error;
    const wayOut =
      code === 'unavailable'
        ? orElse(hint, { say: 'or sign in again, into a file', command: loginCommand(profile, entry.method, 'file') })
        : hint;
    throw new CliError(code, `${describeCredential(profile, entry)} cannot be opened: ${message}`, { hint: wayOut, cause });
  }
}

const WORTHLESS = {
  no_key: 'its key is no longer in the keychain',
  no_fit: 'it was changed, or sealed with another key',
} as const;
