import { isRecord } from '../record.ts';
import type { StoreOptions } from './store-options.ts';
import { type VersionedFile, versionedFile } from './versioned-file.ts';

/** How a credential was obtained. */
export const SIGN_IN_METHODS = ['browser', 'device', 'token', 'client_credentials', 'service_account_key', 'workload_identity'] as const;

export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** What a machine gets its next access token with, in place of a refresh token. */
export type MachineIdentity =
  /** The secret of a confidential client (RFC 6749 section 4.4); its id is the credential's `clientId`. */
  | { readonly kind: 'client_credentials'; readonly clientSecret: string }
  /** A key that signs assertions (RFC 7523 section 2.1); `privateKey` is PEM, PKCS#1 or PKCS#8. */
  | {
      readonly kind: 'service_account_key';
      readonly subject: string;
      readonly keyId: string | undefined;
      readonly audience: string | undefined;
      readonly privateKey: string;
    }
  /** What the CI says of itself, asked for anew each time: nothing of it is kept. `file` is the path of a projected token. */
  | { readonly kind: 'workload_identity'; readonly file: string | undefined; readonly audience: string | undefined };

/** A token set that a profile signs in with, bound to the servers that it is for. */
export interface StoredCredential {
  readonly method: SignInMethod;
  /** Base URL of the API that the access token is for. */
  readonly url: string;
  /** The authorization server that issued it; undefined for a pasted token. */
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** End of the access token's life in milliseconds since the epoch; undefined when the server did not say. */
  readonly expiresAt: number | undefined;
  readonly scope: string | undefined;
  /** Undefined for a person. */
  readonly machine: MachineIdentity | undefined;
  readonly user: { readonly sub: string; readonly email: string | undefined; readonly name: string | undefined } | undefined;
}

/** Credentials by profile name. */
export type Credentials = ReadonlyMap<string, StoredCredential>;

export interface CredentialsFile extends VersionedFile<Credentials> {
  /**
   * `update` for a sign-in or a sign-out of these profiles: lets a refresh of theirs that is under way end first, so that it is its tokens
   * that are replaced. Waits for it 2 seconds at most, and then goes on: the change is made in every case.
   */
  readonly replace: (profiles: readonly string[], change: (current: Credentials | undefined) => Credentials) => Promise<void>;
}

const REFRESH_WAIT_MS = 2_000;

export function credentialsFile(options: StoreOptions): CredentialsFile {
  const { directory, clock } = options;
  const file = versionedFile<Credentials>({
    ...options,
    name: 'credentials',
    isSecret: true,
    read: ({ credentials = {} }) => readCredentials(credentials),
    write: (credentials) => ({
      credentials: Object.fromEntries([...credentials].map(([name, entry]) => [name, toJson(entry)])),
    }),
  });

  async function replace(profiles: readonly string[], change: (current: Credentials | undefined) => Credentials): Promise<void> {
    const { takeLock } = await import('../files/lock.ts');
    // Without a folder, or in one that takes no locks, nothing is being refreshed.
    const take = (profile: string) =>
      takeLock(refreshLockPath(directory, profile), { waitMs: REFRESH_WAIT_MS, clock }).catch(() => undefined);
    const locks = await Promise.all(profiles.map(take));
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

function toJson(credential: StoredCredential): Record<string, unknown> {
  const { method, url, issuer, clientId, accessToken, refreshToken, expiresAt, scope, machine, user } = credential;
  return {
    method,
    url,
    issuer,
    client_id: clientId,
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_at: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
    scope,
    machine: machine && machineToJson(machine),
    user,
  };
}

function machineToJson(machine: MachineIdentity): Record<string, unknown> {
  switch (machine.kind) {
    case 'client_credentials':
      return { client_secret: machine.clientSecret };
    case 'service_account_key': {
      const { subject, keyId, audience, privateKey } = machine;
      return { subject, key_id: keyId, audience, private_key: privateKey };
    }
    case 'workload_identity':
      return { file: machine.file, audience: machine.audience };
  }
}

function readCredentials(content: unknown): Credentials | undefined {
  if (!isRecord(content)) return undefined;
  const credentials = new Map<string, StoredCredential>();
  for (const [name, entry] of Object.entries(content)) {
    const credential = readCredential(entry);
    if (!credential) return undefined;
    credentials.set(name, credential);
  }
  return credentials;
}

function readCredential(entry: unknown): StoredCredential | undefined {
  if (!isRecord(entry)) return undefined;
  const { method, url, issuer, client_id, access_token, refresh_token, expires_at, scope, machine: fields, user } = entry;
  if (!isSignInMethod(method) || typeof url !== 'string' || !URL.canParse(url) || typeof access_token !== 'string') return undefined;
  const expiresAt = typeof expires_at === 'string' ? Date.parse(expires_at) : undefined;
  if (Number.isNaN(expiresAt)) return undefined;
  const machine = readMachine(method, fields);
  if (isMachine(method) && !machine) return undefined;
  return {
    method,
    url,
    issuer: text(issuer),
    clientId: text(client_id),
    accessToken: access_token,
    refreshToken: text(refresh_token),
    expiresAt,
    scope: text(scope),
    machine,
    user:
      isRecord(user) && typeof user['sub'] === 'string'
        ? { sub: user['sub'], email: text(user['email']), name: text(user['name']) }
        : undefined,
  };
}

function readMachine(kind: SignInMethod, fields: unknown): MachineIdentity | undefined {
  if (!isRecord(fields)) return undefined;
  const { client_secret: clientSecret, subject, key_id: keyId, private_key: privateKey, file, audience } = fields;
  switch (kind) {
    case 'client_credentials':
      return typeof clientSecret === 'string' ? { kind, clientSecret } : undefined;
    case 'service_account_key':
      if (typeof subject !== 'string' || typeof privateKey !== 'string') return undefined;
      return { kind, subject, keyId: text(keyId), audience: text(audience), privateKey };
    case 'workload_identity':
      return { kind, file: text(file), audience: text(audience) };
    default:
      return undefined;
  }
}

function isMachine(method: SignInMethod): boolean {
  return method === 'client_credentials' || method === 'service_account_key' || method === 'workload_identity';
}

function isSignInMethod(value: unknown): value is SignInMethod {
  return SIGN_IN_METHODS.some((method) => method === value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
