import type { DiscoveredServer } from './server-metadata.ts';
import type { TokenSet } from './token-set.ts';

/** The scope that asks for a refresh token (OpenID Connect Core 11). */
const OFFLINE_ACCESS = 'offline_access';

/** What servers say when this person or client may not have it; Keycloak says the second, and only when the code is redeemed. */
const REFUSALS: ReadonlySet<string> = new Set(['invalid_scope', 'not_allowed']);

/** How a sign-in is asked for, as far as a server may want it otherwise. */
export interface AskedFor {
  readonly scopes: readonly string[];
  readonly prompt: string | undefined;
}

/** The end of a sign-in that the server wants to be asked for otherwise: `request` is how. The message says why, to the person. */
export class AskAgain extends Error {
  readonly request: AskedFor;

  constructor(request: AskedFor, message: string) {
    super(message);
    this.request = request;
  }
}

/** Throws `AskAgain` when an OAuth error may be about offline access, which was asked for. */
export function assertOfflineAccess(error: string, asked: AskedFor): void {
  if (!REFUSALS.has(error) || !asked.scopes.includes(OFFLINE_ACCESS)) return;
  const scopes = asked.scopes.filter((scope) => scope !== OFFLINE_ACCESS);
  throw new AskAgain({ ...asked, scopes }, `the sign-in server does not give ${OFFLINE_ACCESS} (${error}): trying without it`);
}

/**
 * Throws `AskAgain` when a server that has refresh tokens has given none because nobody was asked for consent, as OpenID Connect Core 11 has it.
 */
export function assertRefreshToken({ refreshToken, scope }: TokenSet, asked: AskedFor, server: DiscoveredServer): void {
  if (refreshToken !== undefined || asked.prompt !== undefined || !asked.scopes.includes(OFFLINE_ACCESS)) return;
  const { grant_types_supported: grants, scopes_supported: scopes } = server;
  const hasThem = grants?.includes('refresh_token') || scopes?.includes(OFFLINE_ACCESS);
  if (!hasThem || scope?.split(' ').includes(OFFLINE_ACCESS)) return;
  throw new AskAgain({ ...asked, prompt: 'consent' }, 'the sign-in server gives no lasting session without your consent: asking for it');
}
