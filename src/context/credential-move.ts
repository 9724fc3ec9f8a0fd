import type { Edges } from '../edges.ts';
import { CliError } from '../errors.ts';
import { configDirectory } from '../files/locations.ts';
import { withLock } from '../files/lock.ts';
import { type ConfigFile, type CredentialStorage, chooseStorage } from '../storage/config.ts';
import { type CredentialEntry, isSame, isSealed } from '../storage/credential.ts';
import { type CredentialsFile, REFRESH_WAIT_MS, refreshLockPath, replacedIn } from '../storage/credentials.ts';
import { fileFailure } from '../storage/file-failure.ts';
import type { Vault } from '../storage/vault.ts';
import { openCredential } from './opened-credential.ts';

export interface MoveOptions {
  readonly edges: Edges;
  readonly config: ConfigFile;
  readonly credentials: CredentialsFile;
  readonly vault: () => Promise<Vault>;
  readonly profile: string;
}

/** What was moved; `left` is the account of a key that could not be taken out of the keychain. */
export interface Move {
  readonly from: CredentialStorage;
  readonly left: string | undefined;
}

/**
 * Makes `to` the place of a profile's credential, and of those to come, and moves the one that there is: into the new place first, then out
 * of the old one, so that it is in one of them whenever this ends. No refresh is under way meanwhile. Resolves to undefined when there was
 * nothing to move. Throws `unavailable` when the keychain or the lock cannot be had, and `auth` for a credential that nothing opens any more.
 */
export async function moveCredential(options: MoveOptions, to: CredentialStorage): Promise<Move | undefined> {
  const { edges, credentials, profile } = options;
  if (!(await credentials.read())?.has(profile)) return moveEntry(options, to, undefined);
  const lockPath = refreshLockPath(configDirectory(edges), profile);
  const lock = { waitMs: REFRESH_WAIT_MS, clock: edges.clock, signal: edges.interruption };
  const work = async () => moveEntry(options, to, (await credentials.read())?.get(profile));
  const locked = await withLock(lockPath, lock, work).catch((error) => {
    throw fileFailure(error, credentials.path, 'write');
  });
  if (locked) return locked.value;
  throw new CliError('unavailable', 'another flowkiwi is refreshing this session and does not finish', { hint: 'run the command again' });
}

function moveEntry(options: MoveOptions, to: CredentialStorage, entry: CredentialEntry | undefined): Promise<Move | undefined> {
  return to === 'keyring' ? sealInPlace(options, entry) : unsealInPlace(options, entry);
}

/** The setting comes before the credential, so that none is stored in the clear any more. */
async function sealInPlace(
  { config, credentials, vault, profile }: MoveOptions,
  entry: CredentialEntry | undefined,
): Promise<Move | undefined> {
  if (entry && isSealed(entry)) {
    await chooseStorage(config, profile, 'keyring');
    return undefined;
  }
  const { newKey, seal, forget } = await vault();
  const key = await newKey();
  try {
    await chooseStorage(config, profile, 'keyring');
    if (entry) await replaceEntry(credentials, { profile, entry, by: seal(profile, entry, key) });
  } catch (error) {
    await forget(key.account);
    throw error;
  }
  if (entry) return { from: 'file', left: undefined };
  await forget(key.account);
  return undefined;
}

/** The setting comes after the credential, so that one which cannot be had from the keychain changes nothing. */
async function unsealInPlace(
  { config, credentials, vault, profile }: MoveOptions,
  entry: CredentialEntry | undefined,
): Promise<Move | undefined> {
  if (!entry || !isSealed(entry)) {
    await chooseStorage(config, profile, 'file');
    return undefined;
  }
  const { credential } = await openCredential(profile, entry, vault);
  await replaceEntry(credentials, { profile, entry, by: credential });
  await chooseStorage(config, profile, 'file');
  const { account } = entry.sealed;
  return { from: 'keyring', left: (await (await vault()).forget(account)) ? undefined : account };
}

interface Replacement {
  readonly profile: string;
  readonly entry: CredentialEntry;
  readonly by: CredentialEntry;
}

/** Stores an entry in place of another, whose temporary remains go as well. Throws `unavailable` when a sign-in or a sign-out came first. */
async function replaceEntry(credentials: CredentialsFile, { profile, entry, by }: Replacement): Promise<void> {
  let isOurs = false;
  await credentials.update((stored) => {
    isOurs = isSame(stored?.get(profile), entry);
    return replacedIn(stored, profile, entry, by);
  });
  if (isOurs) return;
  throw new CliError('unavailable', `the credential of profile ${profile} was changed meanwhile, and is not moved`, {
    hint: 'run the command again',
  });
}
