import { customFetch, genericGrantRequest } from 'openid-client';
import type { Clock } from '../edges.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { createFetch } from './fetch-adapter.ts';
import { type ProtocolFailure, readFailure, withoutSecrets } from './protocol-failure.ts';
import { scopesToRequest } from './scopes.ts';
import { readTokenResponse, type TokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** Who asks for tokens without a person, and for what. */
export interface MachineClient extends OAuthClient {
  readonly clock: Clock;
  readonly scopes: readonly string[];
}

/** How a grant without a person ended. */
export type GrantOutcome =
  | { readonly kind: 'issued'; readonly tokens: TokenSet; readonly response: TokenResponse }
  | { readonly kind: 'failed'; readonly failure: ProtocolFailure };

/**
 * One request to the token endpoint (RFC 6749 section 4.5), with the scopes if there are any. A machine asks anew rather than refresh, so
 * a refresh token is dropped (RFC 6749 section 4.4.3). So is an id token: it would be about the machine, and at some servers is for
 * another audience. It is sent once: a server may take an assertion once only (RFC 7523 section 3).
 * Throws `auth` for a kind of token that this program cannot present, and the reason of an abort.
 */
export async function requestTokens(
  { clock, scopes, ...client }: MachineClient,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): Promise<GrantOutcome> {
  const requestedAt = clock.now();
  const configuration = createConfiguration(client);
  configuration[customFetch] = createFetch(client.http, client.signal, { ignored: ['id_token', 'refresh_token'] });
  const scope = scopesToRequest(scopes, client.server).join(' ');
  try {
    const response = await genericGrantRequest(configuration, grantType, { ...parameters, ...(scope !== '' && { scope }) });
    return { kind: 'issued', tokens: readTokenResponse(response, requestedAt), response };
  } catch (error) {
    const secrets = [client.authentication?.kind === 'secret' ? client.authentication.secret : '', ...Object.values(parameters)];
    return { kind: 'failed', failure: withoutSecrets(readFailure(error, client.signal), secrets) };
  }
}
