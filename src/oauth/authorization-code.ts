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
import { type AskedFor, assertOfflineAccess } from './offline-access.ts';
import {
  assertRightClock,
  isPassing,
  type ProtocolFailure,
  readFailure,
  refusedClient,
  signInError,
  withoutSecrets,
} from './protocol-failure.ts';
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

export interface AuthorizationOptions {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** What the page is to ask (OpenID Connect Core 3.1.2.1); nothing is sent when it is empty. */
  readonly prompt?: string | undefined;
  readonly loginHint?: string | undefined;
  /** Parameters that the server knows beyond those of the specifications. */
  readonly authParams?: Readonly<Record<string, string>> | undefined;
  /** Whether the request is pushed (PAR), also where the server does not ask for it. */
  readonly par?: boolean | undefined;
}

/**
 * The address to open in the browser: authorization code with PKCE S256 (RFC 7636), and a nonce where an id token is asked for.
 * Throws `auth` when the server has no authorization endpoint.
 */
export async function authorizationUrl(
  client: OAuthClient,
  { state, nonce, codeVerifier }: Transaction,
  { redirectUri, scopes, prompt, loginHint, authParams, par = false }: AuthorizationOptions,
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
    ...(prompt && { prompt }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
  };
  if (par || client.server.require_pushed_authorization_requests) return pushedUrl(client, { ...authParams, ...parameters });
  const url = buildAuthorizationUrl(createConfiguration(client), parameters);
  // The endpoint may have a query of its own; no parameter may be there twice (RFC 6749 section 3.1).
  for (const [name, value] of Object.entries({ ...authParams, client_id: client.clientId, ...parameters }))
    url.searchParams.set(name, value);
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
    throw signInError(failure, refusedClient(failure, client)?.hint ?? 'check the client id and the redirect URI');
  }
}

/** How long a server may take to come back before the person has to begin again, and how often it is asked. */
const RESTARTS_WITHIN_MS = 15_000;
const RESTART_PAUSE_MS = 1_500;

/** Sends a request again while the server is not there, or what stands before it says so: the code has not been looked at then. */
async function throughRestart<T>({ clock, signal }: OAuthClient & { readonly clock: Clock }, send: () => Promise<T>): Promise<T> {
  const until = clock.now() + RESTARTS_WITHIN_MS;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isRestarting(readFailure(error, signal)) || clock.now() + RESTART_PAUSE_MS > until) throw error;
      await clock.sleep(RESTART_PAUSE_MS, signal);
    }
  }
}

function isRestarting(failure: ProtocolFailure): boolean {
  if (failure.kind === 'no_answer') return !failure.cause.mayHaveBeenReceived && isPassing(failure);
  return failure.kind === 'http_status' && [502, 503, 504].includes(failure.status);
}

/**
 * Redeems the code of an answer that was checked (RFC 6749 section 4.1.3). An id token is checked, its nonce included, but not demanded:
 * a plain OAuth server has none. A server that restarts is waited for, 15 seconds at most. Throws `AskAgain` when it would give tokens for other scopes, `auth` or `unavailable`, and the reason of an abort.
 */
export async function redeemCode(
  client: OAuthClient & { readonly clock: Clock },
  { nonce, codeVerifier }: Transaction,
  { redirectUri, code, asked }: { readonly redirectUri: string; readonly code: string; readonly asked?: AskedFor },
): Promise<TokenSet> {
  const [http, serverClock] = withServerClock(client.http, client.clock);
  const requestedAt = client.clock.now();
  const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier };
  let response: TokenResponse;
  try {
    const redeem = () => genericGrantRequest(createConfiguration({ ...client, http }), 'authorization_code', parameters);
    response = await throughRestart(client, redeem);
  } catch (error) {
    const failure = withoutSecrets(readFailure(error, client.signal), [code, codeVerifier]);
    if (asked && failure.kind === 'oauth_error') assertOfflineAccess(failure.error, asked);
    assertRightClock(failure, serverClock, client.server.issuer);
    throw signInError(failure, refusedClient(failure, client)?.hint ?? helpWith('sign in again', 'login'));
  }
  const claims = response.claims();
  if (claims !== undefined && claims.nonce !== nonce) {
    throw new CliError('auth', 'the id token of the sign-in server belongs to another sign-in (nonce)', {
      hint: helpWith('sign in again', 'login'),
    });
  }
  return readTokenResponse(response, requestedAt);
}
