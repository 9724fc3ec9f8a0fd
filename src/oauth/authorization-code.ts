import {
  buildAuthorizationUrl,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
  genericGrantRequest,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { withServerClock } from '../http/server-clock.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { assertRightClock, CHECK_SECRET, isSecretRefused, readFailure, signInError, withoutSecrets } from './protocol-failure.ts';
import { readTokenResponse, type TokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** The secrets of one authorization request, new for each (RFC 9700 sections 2.1 and 4.8.2). */
export interface Transaction {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export function createTransaction(): Transaction {
  return { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
}

/**
 * The address to open in the browser: authorization code with PKCE S256 (RFC 7636), and a nonce where an id token is asked for.
 * Throws `auth` when the server has no authorization endpoint.
 */
export async function authorizationUrl(
  client: OAuthClient,
  { state, nonce, codeVerifier }: Transaction,
  {
    redirectUri,
    scopes,
    par = false,
  }: { readonly redirectUri: string; readonly scopes: readonly string[]; readonly par?: boolean | undefined },
): Promise<string> {
  if (client.server.authorization_endpoint === undefined) {
    throw new CliError('auth', `the sign-in server ${client.server.issuer} offers no sign-in in the browser`, {
      hint: helpWith('sign in with a code', 'login', '--device'),
    });
  }
  const parameters = {
    response_type: 'code',
    redirect_uri: redirectUri,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    state,
    ...(scopes.includes('openid') && { nonce }),
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    // OpenID Connect Core 11: without it the server ignores the wish for a refresh token.
    ...(scopes.includes('offline_access') && { prompt: 'consent' }),
  };
  if (par || client.server.require_pushed_authorization_requests) return pushedUrl(client, parameters);
  const url = buildAuthorizationUrl(createConfiguration(client), parameters);
  // The endpoint may have a query of its own; no parameter may be there twice (RFC 6749 section 3.1).
  for (const [name, value] of Object.entries({ client_id: client.clientId, ...parameters })) url.searchParams.set(name, value);
  return url.href;
}

/**
 * The same with the parameters handed over beforehand (PAR, RFC 9126), where the client authenticates as at the token endpoint: what the
 * browser gets is a reference to them. Throws `auth` when the server has no endpoint for it, or refuses, and `unavailable`.
 */
async function pushedUrl(client: OAuthClient, parameters: Readonly<Record<string, string>>): Promise<string> {
  if (client.server.pushed_authorization_request_endpoint === undefined) {
    throw new CliError('auth', `the sign-in server ${client.server.issuer} names no endpoint for pushed authorization requests`, {
      hint: helpWith('sign in without --par', 'login', '--browser'),
    });
  }
  try {
    return (await buildAuthorizationUrlWithPAR(createConfiguration(client), parameters)).href;
  } catch (error) {
    const failure = withoutSecrets(readFailure(error, client.signal), [parameters['state'] ?? '', parameters['nonce'] ?? '']);
    throw signInError(failure, isSecretRefused(failure, client) ? CHECK_SECRET : 'check the client id and the redirect URI');
  }
}

/**
 * Redeems the code of an answer that was checked (RFC 6749 section 4.1.3). An id token is checked, its nonce included, but not demanded:
 * a plain OAuth server has none. Throws `auth` or `unavailable`, and the reason of an abort.
 */
export async function redeemCode(
  client: OAuthClient & { readonly clock: Clock },
  { nonce, codeVerifier }: Transaction,
  { redirectUri, code }: { readonly redirectUri: string; readonly code: string },
): Promise<TokenSet> {
  const [http, serverClock] = withServerClock(client.http, client.clock);
  const requestedAt = client.clock.now();
  const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
  let response: TokenResponse;
  try {
    response = await genericGrantRequest(createConfiguration({ ...client, http }), 'authorization_code', parameters);
  } catch (error) {
    const failure = withoutSecrets(readFailure(error, client.signal), [code, codeVerifier]);
    assertRightClock(failure, serverClock, client.server.issuer);
    throw signInError(failure, isSecretRefused(failure, client) ? CHECK_SECRET : helpWith('sign in again', 'login'));
  }
  const claims = response.claims();
  if (claims !== undefined && claims.nonce !== nonce) {
    throw new CliError('auth', 'the id token of the sign-in server belongs to another sign-in (nonce)', {
      hint: helpWith('sign in again', 'login'),
    });
  }
  return readTokenResponse(response, requestedAt);
}
