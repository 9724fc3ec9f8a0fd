import { isRecord } from '../record.ts';
import { type CredentialEntry, isSame } from './credential.ts';
import { readEntry, writeEntry } from './credential-json.ts';
import { type Change, type StoreOptions, type VersionedFile, versionedFile } from './versioned-file.ts';

/** Credentials by profile name. */
export type Credentials = ReadonlyMap<string, CredentialEntry>;

/** The credentials with another entry in place of one, unless that is no longer the one which is stored. */
export function replacedIn(
  credentials: Credentials | undefined,
  name: string,
  before: CredentialEntry,
  after: CredentialEntry,
): Credentials {
  return isSame(credentials?.get(name), before) ? new Map(credentials).set(name, after) : (credentials ?? new Map());
}

/** The credentials without an entry, unless that is no longer the one which is stored. */
export function removedFrom(credentials: Credentials | undefined, name: string, gone: CredentialEntry): Credentials {
  if (!isSame(credentials?.get(name), gone)) return credentials ?? new Map();
  const rest = new Map(credentials);
  rest.delete(name);
  return rest;
}

export interface CredentialsFile extends VersionedFile<Credentials> {
  /**
   * `update` for a sign-in or a sign-out of these profiles: lets a refresh of theirs that is under way end first, so that it is its tokens
   * that are replaced. Waits for it 2 seconds at most, and then goes on: the change is made in every case.
   */
  readonly replace: (profiles: readonly string[], change: Change<Credentials>) => Promise<void>;
}

/** How long what needs a refresh waits for the one that is under way. */
export const REFRESH_WAIT_MS = 30_000;

/** How long a sign-in or a sign-out lets it end. */
const LET_END_MS = 2_000;

export function credentialsFile(options: StoreOptions): CredentialsFile {
  const { directory, clock, during = (_, work) => work() } = options;
  const file = versionedFile<Credentials>({
    ...options,
    name: 'credentials',
    isSecret: true,
    read: ({ credentials = {} }) => readCredentials(credentials),
    write: (credentials) => ({
      credentials: Object.fromEntries([...credentials].map(([name, entry]) => [name, writeEntry(entry)])),
    }),
  });

  async function replace(profiles: readonly string[], change: Change<Credentials>): Promise<void> {
    const { takeLock } = await import('../files/lock.ts');
    // Without a folder, or in one that takes no locks, nothing is being refreshed.
    const take = (profile: string) => takeLock(refreshLockPath(directory, profile), { waitMs: LET_END_MS, clock }).catch(() => undefined);
    const locks = await during('wait for another flowkiwi to renew the session', () => Promise.all(profiles.map(take)));
    try {
      await file.update(change);
    } finally {
      await Promise.all(locks.map((lock) => lock?.release()));
    }
  }

  return { ...file, replace };
}

/** Lock of one profile's credential, for refreshing it. Its own: a refresh can take long, a write of other profiles must not wait for it. */
export function refreshLockPath(directory: string, profile: string): string {
  return `${directory}/refresh-${encodeURIComponent(profile)}.lock`;
}

function readCredentials(content: unknown): Credentials | undefined {
  if (!isRecord(content)) return undefined;
  const credentials = new Map<string, CredentialEntry>();
  for (const [name, fields] of Object.entries(content)) {
    const entry = readEntry(fields);
    if (!entry) return undefined;
    credentials.set(name, entry);
  }
  return credentials;
}
