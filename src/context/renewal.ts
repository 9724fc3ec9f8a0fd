import type { Clock, Environment } from '../edges.ts';
import { CliError, isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { discoverAuthorizationServer } from '../oauth/discovery.ts';
import { type RefreshOutcome, refreshTokenSet } from '../oauth/refresh.ts';
import type { StoredCredential } from '../storage/credentials.ts';
import type { Profile } from './profile.ts';

export interface RenewalOptions {
  readonly http: HttpClient;
  readonly env: Environment;
  readonly clock: Clock;
  readonly profile: Profile;
}

/**
 * New tokens in place of those of a stored credential, from the server that issued them. Holds no lock and stores nothing: the caller does
 * both. Is not interrupted: a rotated token that is lost ends the session. Throws only what is a bug.
 */
export async function renewTokens({ http, clock, profile }: RenewalOptions, credential: StoredCredential): Promise<RefreshOutcome> {
  const { issuer, clientId, refreshToken, user } = credential;
  try {
    const server = await discoverAuthorizationServer({ http, apiUrl: profile.url, issuer });
    if (!server) return { kind: 'unavailable', cause: new CliError('unavailable', `${profile.url.origin} names no sign-in server now`) };
    if (refreshToken === undefined) return { kind: 'refused', description: 'there is no refresh token' };
    return await refreshTokenSet({ server, clientId: clientId ?? profile.clientId, http, clock, refreshToken, subject: user?.sub });
  } catch (error) {
    if (isCliError(error)) return { kind: 'unavailable', cause: error };
    throw error;
  }
}
