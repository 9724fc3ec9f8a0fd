import type { KeyGrant, SecretMethod, WorkloadGrant } from '../well-known.ts';

/** How a credential was obtained. */
export const SIGN_IN_METHODS = ['browser', 'device', 'token', 'client_credentials', 'service_account_key', 'workload_identity'] as const;

export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** Whether a machine signs in, not a person. */
export function isMachine(method: SignInMethod): boolean {
  return method === 'client_credentials' || method === 'service_account_key' || method === 'workload_identity';
}

/** The secret of a confidential client, and how it is shown (undefined: as the server's metadata says). */
export interface ClientSecret {
  readonly clientSecret: string;
  readonly method?: SecretMethod | undefined;
}

/** The key of a confidential client, which signs assertions (`private_key_jwt`, OpenID Connect Core 9); `privateKey` is PEM. */
export interface ClientKey {
  readonly privateKey: string;
  readonly keyId: string | undefined;
  /** Whom the assertions are for; undefined: the issuer. */
  readonly audience: string | undefined;
}

/** What a confidential client shows who it is with (RFC 6749 section 2.3). */
export type ConfidentialClient = ClientSecret | ClientKey;

export function hasKey(client: ConfidentialClient): client is ClientKey {
  return 'privateKey' in client;
}

/** What a machine gets its next access token with, in place of a refresh token. */
export type MachineIdentity =
  /** The secret of a confidential client (RFC 6749 section 4.4); its id is the credential's `clientId`. */
  | ({ readonly kind: 'client_credentials' } & ClientSecret)
  /** A key that signs assertions (RFC 7523 section 2.1); `privateKey` is PEM, PKCS#1 or PKCS#8. */
  | {
      readonly kind: 'service_account_key';
      readonly subject: string;
      readonly keyId: string | undefined;
      readonly audience: string | undefined;
      readonly privateKey: string;
      /** The grant that the server takes, or that the file says; undefined: to be found out. */
      readonly grant?: KeyGrant | undefined;
    }
  /** What the CI says of itself, asked for again each time: nothing of it is kept. `file` is the path of a projected token. */
  | {
      readonly kind: 'workload_identity';
      readonly file: string | undefined;
      readonly audience: string | undefined;
      /** The grant that the server takes, or that the user chose; undefined: to be found out. */
      readonly grant?: WorkloadGrant | undefined;
      /** Parameters of the token request besides the usual ones. */
      readonly parameters?: Readonly<Record<string, string>> | undefined;
    };

/** What may be known of a credential without its secrets: whose it is, and which servers it is bound to. */
export interface CredentialFacts {
  readonly method: SignInMethod;
  /** Base URL of the API that the access token is for. */
  readonly url: string;
  /** The authorization server that issued it; undefined for a pasted token. */
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  /** End of the access token's life in milliseconds since the epoch; undefined when the server did not say. */
  readonly expiresAt: number | undefined;
  /** How long it lasted when it was issued; undefined when the server did not say. */
  readonly lifeMs?: number | undefined;
  /** End of the refresh token's life in milliseconds since the epoch; undefined when the server did not say, or when it has none. */
  readonly refreshExpiresAt?: number | undefined;
  /** The session at the server that the tokens belong to; undefined when the server did not say. */
  readonly sessionId?: string | undefined;
  readonly scope: string | undefined;
  readonly user: CredentialUser | undefined;
  /** The error of OAuth by which the server let the client not refresh, although it gave it a refresh token; undefined otherwise. */
  readonly refreshRefused?: string | undefined;
}

/** Whose it is, as the sign-in server said. */
export interface CredentialUser {
  readonly sub: string;
  readonly email: string | undefined;
  /** Whether the server knows that the address is theirs; undefined when it did not say. */
  readonly emailVerified?: boolean | undefined;
  readonly name: string | undefined;
}

/** A token set that a profile signs in with. */
export interface StoredCredential extends CredentialFacts {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** What ends the session in the browser: that of the sign-in. */
  readonly idToken?: string | undefined;
  /** Undefined for a person. */
  readonly machine: MachineIdentity | undefined;
  /** Of the confidential client that a person signed in with; undefined for a public one. */
  readonly client?: ConfidentialClient | undefined;
}

/** A credential whose secrets are encrypted with a key that is in the keychain. */
export interface SealedCredential extends CredentialFacts {
  readonly isRenewable: boolean;
  readonly sealed: Sealed;
}

export interface Sealed {
  /** Account of the keychain under which the key is. */
  readonly account: string;
  /** The encrypted secrets (see seal.ts); another text each time that they are sealed. */
  readonly box: string;
}

/** A credential as stored: in the clear, or sealed. */
export type CredentialEntry = StoredCredential | SealedCredential;

export function isSealed(entry: CredentialEntry): entry is SealedCredential {
  return 'sealed' in entry;
}

/** Whether a new access token can be had without a person. */
export function isRenewable(entry: CredentialEntry): boolean {
  if (isSealed(entry)) return entry.isRenewable;
  return entry.machine !== undefined || (entry.refreshToken !== undefined && entry.refreshRefused === undefined);
}

/**
 * Whether two sign-ins may be one session at the server, which ends for both when the tokens of one are revoked: the same client of the same
 * issuer, and the session and the person the same or unknown.
 */
export function mayShareSession(one: CredentialFacts, other: CredentialFacts): boolean {
  if (isMachine(one.method) || isMachine(other.method) || one.issuer === undefined) return false;
  if (one.issuer !== other.issuer || one.clientId !== other.clientId) return false;
  return isSameOrUnknown(one.sessionId, other.sessionId) && isSameOrUnknown(one.user?.sub, other.user?.sub);
}

function isSameOrUnknown(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/**
 * Whether these are the same tokens: a refresh token is new at every sign-in and never comes back; a machine has none; and what is sealed
 * is another text each time.
 */
export function isSame(one: CredentialEntry | undefined, other: CredentialEntry): boolean {
  if (one === undefined) return false;
  if (isSealed(one) || isSealed(other)) return isSealed(one) && isSealed(other) && one.sealed.box === other.sealed.box;
  if (other.refreshToken !== undefined) return one.refreshToken === other.refreshToken;
  return one.refreshToken === undefined && one.accessToken === other.accessToken;
}
