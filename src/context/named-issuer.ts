import { CliError } from '../errors.ts';
import { isLoopbackAddress } from '../http/loopback.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import type { Profile } from './profile.ts';

export interface NamedBy {
  readonly profile: Pick<Profile, 'url' | 'issuer'>;
  /** How the sign-in server can be named: `in FLOWKIWI_ISSUER`. */
  readonly naming: string;
}

/**
 * Throws `usage` for a sign-in server that nobody but the API has named, unless it is the API's own server: an API that was taken over could
 * have `what`, a client secret or the token of a CI, sent anywhere. Pure.
 */
export function assertNamedIssuer(what: string, { issuer }: DiscoveredServer, { profile: { url, issuer: named }, naming }: NamedBy): void {
  if (named !== undefined || isSameServer(url, new URL(issuer))) return;
  throw new CliError('usage', `${what} is sent only to a sign-in server that you have named; ${url.origin} names ${issuer}`, {
    hint: `if that is right, name it ${naming}`,
  });
}

/** Whether both have one origin, or one is this machine by its name and the other the same port of it by address (RFC 6761 section 6.3). */
function isSameServer(api: URL, issuer: URL): boolean {
  if (issuer.origin === api.origin) return true;
  const isPortOfThisMachine = api.hostname === 'localhost' && isLoopbackAddress(issuer.hostname);
  return isPortOfThisMachine && api.protocol === issuer.protocol && api.port === issuer.port;
}
