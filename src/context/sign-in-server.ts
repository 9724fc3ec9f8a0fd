import { isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { discoverAuthorizationServer } from '../oauth/discovery.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import { issuersOf, type Profile } from './profile.ts';

export interface SignInServerOptions {
  /** The transport of the profile: `Context.httpFor`. */
  readonly http: HttpClient;
  readonly profile: Profile;
  readonly signal: AbortSignal;
}

/** The sign-in server of a profile, under the first of its names that the server has. Throws as `discoverAuthorizationServer` does. */
export async function findSignInServer({ http, profile, signal }: SignInServerOptions): Promise<DiscoveredServer | undefined> {
  const discover = (issuer: string | undefined) => discoverAuthorizationServer({ http, apiUrl: profile.url, issuer, signal });
  const [issuer, ...others] = issuersOf(profile);
  let found = discover(issuer);
  for (const other of others) {
    found = found.catch((error: unknown) => {
      if (!isRefused(error)) throw error;
      return discover(other).catch((reason) => {
        throw isRefused(reason) ? error : reason;
      });
    });
  }
  return found;
}

function isRefused(error: unknown): boolean {
  return isCliError(error) && error.code === 'auth';
}
