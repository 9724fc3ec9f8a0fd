import type { Clock } from '../edges.ts';
import { isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { RevocableTokens, Revocation } from '../oauth/revoke.ts';
import type { StoredCredential } from '../storage/credential.ts';

export interface RevocationOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tells the server that issued a credential that its tokens, or those of them that are given, are done with; needs no profile. Throws only
 * the reason of an abort. The sign-in code is loaded only when it is needed.
 */
export async function revokeCredential(
  { http, clock, signal }: RevocationOptions,
  { issuer, clientId, url, machine, ...credential }: StoredCredential,
  tokens: RevocableTokens = credential,
): Promise<Revocation> {
  if (issuer === undefined) return { outcome: 'nothing_to_revoke' };
  // The key of a service account is presented by no client, and servers revoke for clients only (RFC 7009 section 2.1).
  if (clientId === undefined) return { outcome: machine === undefined ? 'failed' : 'nothing_to_revoke' };
  try {
    const [{ discoverAuthorizationServer }, { revokeTokens }] = await Promise.all([
      import('../oauth/discovery.ts'),
      import('../oauth/revoke.ts'),
    ]);
    const server = await discoverAuthorizationServer({ http, apiUrl: new URL(url), issuer, signal });
    if (!server) return { outcome: 'failed' };
    const secret = machine?.kind === 'client_credentials' ? machine.clientSecret : undefined;
    const authentication = secret === undefined ? undefined : ({ kind: 'secret', secret } as const);
    return await revokeTokens({ server, clientId, authentication, http, clock, signal, tokens });
  } catch (error) {
    if (isCliError(error) && !signal?.aborted) return { outcome: 'failed' };
    throw error;
  }
}
