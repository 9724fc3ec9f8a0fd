import type { Clock } from '../edges.ts';
import { isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { Revocation } from '../oauth/revoke.ts';
import type { StoredCredential } from '../storage/credentials.ts';

export interface RevocationOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tells the server that issued a credential that its tokens are done with; needs no profile. Throws only the reason of an abort.
 * The sign-in code is loaded only when it is needed.
 */
export async function revokeCredential({ http, clock, signal }: RevocationOptions, credential: StoredCredential): Promise<Revocation> {
  const { issuer, clientId, accessToken, refreshToken, url } = credential;
  if (issuer === undefined) return 'nothing_to_revoke';
  if (clientId === undefined) return 'failed';
  try {
    const [{ discoverAuthorizationServer }, { revokeTokens }] = await Promise.all([
      import('../oauth/discovery.ts'),
      import('../oauth/revoke.ts'),
    ]);
    const server = await discoverAuthorizationServer({ http, apiUrl: new URL(url), issuer, signal });
    if (!server) return 'failed';
    return await revokeTokens({ server, clientId, http, clock, signal, tokens: { accessToken, refreshToken } });
  } catch (error) {
    if (isCliError(error) && !signal?.aborted) return 'failed';
    throw error;
  }
}
