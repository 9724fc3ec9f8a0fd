import { CliError } from '../errors.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import type { Profile } from './profile.ts';

export interface NamedBy {
  readonly profile: Pick<Profile, 'url' | 'issuer'>;
  /** How the sign-in server can be named: `in FLOWKIWI_ISSUER`. */
  readonly naming: string;
}

/**
 * Throws `usage` for a sign-in server that nobody but the API has named, unless it is at the API's own origin: an API that was taken over could
 * have `what`, a client secret or the token of a CI, sent anywhere. Pure.
 */
export function assertNamedIssuer(what: string, { issuer }: DiscoveredServer, { profile: { url, issuer: named }, naming }: NamedBy): void {
  if (named !== undefined || new URL(issuer).origin === url.origin) return;
  throw new CliError('usage', `${what} is sent only to a sign-in server that you have named; ${url.origin} names ${issuer}`, {
    hint: `if that is right, name it ${naming}`,
  });
}
