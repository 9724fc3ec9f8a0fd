import type { Profile } from '../../context/profile.ts';
import type { StoredCredential } from '../../storage/credentials.ts';

/** Who one is and by what, as `auth status` and `login --json` show it. No secrets. */
export interface StatusReport {
  readonly profile: string;
  readonly provider: string;
  readonly url: string;
  readonly signed_in: boolean;
  /** How the credential was obtained; null without one. */
  readonly method: string | null;
  /** What won: `FLOWKIWI_TOKEN`, `file`, or null. */
  readonly source: string | null;
  /** File that the credential lives in; null when it lives in none. */
  readonly path: string | null;
  readonly user: { readonly sub: string; readonly email: string | null; readonly name: string | null } | null;
  readonly issuer: string | null;
  readonly expires_at: string | null;
  readonly refreshable: boolean;
}

/** A status with why the profile, its URL and the credential are those: the flag, the variable or the file that won. */
export interface ReasonedStatus extends StatusReport {
  readonly why: Readonly<Record<'profile' | 'url' | 'credential', string>>;
}

export function storedStatus({ name, provider, url }: Profile, credential: StoredCredential, path: string): StatusReport {
  const { method, user, issuer, expiresAt, refreshToken, machine } = credential;
  return {
    profile: name,
    provider,
    url: url.origin,
    signed_in: true,
    method,
    source: 'file',
    path,
    user: user ? { sub: user.sub, email: user.email ?? null, name: user.name ?? null } : null,
    issuer: issuer ?? null,
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    refreshable: refreshToken !== undefined || machine !== undefined,
  };
}

export function environmentStatus({ name, provider, url }: Profile): StatusReport {
  return { ...noStatus({ name, provider, url }), signed_in: true, method: 'token', source: 'FLOWKIWI_TOKEN' };
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
    user: null,
    issuer: null,
    expires_at: null,
    refreshable: false,
  };
}
