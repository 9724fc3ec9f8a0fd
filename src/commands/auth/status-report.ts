import { type EnvironmentIdentity, IDENTITY_VARIABLES } from '../../context/environment-identity.ts';
import type { Profile } from '../../context/profile.ts';
import { readJwtClaims } from '../../oauth/jwt-claims.ts';
import { type CredentialEntry, isRenewable, isSealed, type SignInMethod } from '../../storage/credential.ts';

/** Who one is and by what, as `auth status` and `login --json` show it. No secrets. */
export interface StatusReport {
  readonly profile: string;
  readonly provider: string;
  readonly url: string;
  readonly signed_in: boolean;
  /** How the credential was obtained; null without one. */
  readonly method: SignInMethod | null;
  /** What won: `FLOWKIWI_TOKEN`; `FLOWKIWI_CLIENT_SECRET`, `FLOWKIWI_KEY_FILE`, `FLOWKIWI_OIDC`: an identity that each command signs in with; `file`; `keyring`: a file whose secrets are sealed with a key from the keychain; or null. */
  readonly source: string | null;
  /** File that the credential lives in; null when it lives in none. */
  readonly path: string | null;
  /** Account of the service `flowkiwi` in the keychain that has the key; null when nothing is sealed. */
  readonly keychain_account: string | null;
  readonly client_id: string | null;
  readonly user: ReportedUser | null;
  readonly issuer: string | null;
  readonly expires_at: string | null;
  /** When the session ends, and somebody has to sign in again; null when that is not known. */
  readonly refresh_expires_at: string | null;
  readonly refreshable: boolean;
  /** The error by which the server let the client not refresh, although it gave it a refresh token; null otherwise. */
  readonly refresh_refused: string | null;
}

/** Whose it is, as the sign-in server said; `email_verified` is whether it knows that the address is theirs, null when it did not say. */
export interface ReportedUser {
  readonly sub: string;
  readonly email: string | null;
  readonly email_verified: boolean | null;
  readonly name: string | null;
}

/** A status with why the profile, its URL, the organization and the credential are those: the flag, the variable or the file that won. */
export interface ReasonedStatus extends StatusReport {
  /** What commands work in, by id, or by name as the flag or the variable has it; null when there is none. */
  readonly organization: string | null;
  readonly why: Readonly<Record<'profile' | 'url' | 'organization' | 'credential', string>>;
}

/** The keychain is not asked. */
export function storedStatus({ name, provider, url }: Profile, entry: CredentialEntry, path: string): StatusReport {
  const { method, user, issuer, clientId, expiresAt, refreshExpiresAt, refreshRefused } = entry;
  return {
    profile: name,
    provider,
    url: url.origin,
    signed_in: true,
    method,
    source: isSealed(entry) ? 'keyring' : 'file',
    path,
    keychain_account: isSealed(entry) ? entry.sealed.account : null,
    client_id: clientId ?? null,
    user: user ? { sub: user.sub, email: user.email ?? null, email_verified: user.emailVerified ?? null, name: user.name ?? null } : null,
    issuer: issuer ?? null,
    expires_at: instant(expiresAt),
    refresh_expires_at: instant(refreshExpiresAt),
    refreshable: isRenewable(entry),
    refresh_refused: refreshRefused ?? null,
  };
}

/** What a token says of itself, when it is a JSON Web Token, is not verified. */
export function environmentStatus({ name, provider, url }: Profile, token: string): StatusReport {
  const { iss, expiresAt } = readJwtClaims(token) ?? {};
  return {
    ...noStatus({ name, provider, url }),
    signed_in: true,
    method: 'token',
    source: 'FLOWKIWI_TOKEN',
    issuer: iss ?? null,
    expires_at: instant(expiresAt),
  };
}

/** An identity of the environment: nobody has signed in with it yet. `subject` is the service account of a key. */
export function identityStatus(
  { name, provider, url, issuer, clientId }: Profile,
  identity: EnvironmentIdentity,
  subject: string | undefined,
): StatusReport {
  return {
    ...noStatus({ name, provider, url }),
    signed_in: true,
    method: identity.kind,
    source: IDENTITY_VARIABLES[identity.kind].name,
    path: identity.kind === 'service_account_key' ? identity.file : null,
    // The key of a service account is presented by no client.
    client_id: identity.kind === 'service_account_key' ? null : clientId,
    user: subject === undefined ? null : { sub: subject, email: null, email_verified: null, name: null },
    issuer: issuer ?? null,
    refreshable: true,
  };
}

/** Null also for a time that no calendar has. */
function instant(milliseconds: number | undefined): string | null {
  const date = new Date(milliseconds ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export function noStatus({ name, provider, url }: Pick<Profile, 'name' | 'provider' | 'url'>): StatusReport {
  return {
    profile: name,
    provider,
    url: url.origin,
    signed_in: false,
    method: null,
    source: null,
    path: null,
    keychain_account: null,
    client_id: null,
    user: null,
    issuer: null,
    expires_at: null,
    refresh_expires_at: null,
    refreshable: false,
    refresh_refused: null,
  };
}
