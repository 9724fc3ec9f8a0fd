import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { withServerClock } from '../http/server-clock.ts';
import type { RevocableTokens, Revocation } from '../oauth/revoke.ts';
import type { StoredCredential } from '../storage/credential.ts';

export interface RevocationOptions {
  readonly http: HttpClient;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tells the server that issued a credential that its tokens, or those of them that are given, are done with; needs no profile. Throws only
 * the reason of an abort. The sign-in code is loaded only when it is needed.
 */
export async function revokeCredential(
  { http: plain, env, clock, signal }: RevocationOptions,
  credential: StoredCredential,
  tokens: RevocableTokens = credential,
): Promise<Revocation> {
  const { issuer, clientId, url, machine } = credential;
  if (issuer === undefined) return { outcome: 'nothing_to_revoke' };
  // The key of a service account is presented by no client, and servers revoke for clients only (RFC 7009 section 2.1).
  if (clientId === undefined) return { outcome: machine === undefined ? 'failed' : 'nothing_to_revoke' };
  try {
    const [{ discoverAuthorizationServer }, { revokeTokens }, { storedAuthentication }, { timeToSign }] = await Promise.all([
      import('../oauth/discovery.ts'),
      import('../oauth/revoke.ts'),
      import('./client-authentication.ts'),
      import('../oauth/server-time.ts'),
    ]);
    const [http, serverClock] = withServerClock(plain, clock);
    const server = await discoverAuthorizationServer({ http, apiUrl: new URL(url), issuer, signal });
    if (!server) return { outcome: 'failed' };
    const authentication = storedAuthentication({ ...credential, clientId }, { env, time: () => timeToSign(clock, serverClock) });
    return await revokeTokens({ server, clientId, authentication, http, clock, signal, tokens });
  } catch (error) {
    if (isCliError(error) && !signal?.aborted) return { outcome: 'failed' };
    throw error;
  }
}
