import { type CustomFetch, customFetch, refreshTokenGrant } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { toCliError } from '../http/transport-error.ts';
import { isRecord, parseJson } from '../record.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { createFetch } from './fetch-adapter.ts';
import { readJwtClaims } from './jwt-claims.ts';
import {
  codeOf,
  describeFailure,
  isPassing,
  type ProtocolFailure,
  readFailure,
  refusedClient,
  withoutSecrets,
} from './protocol-failure.ts';
import { readTokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/**
 * How a refresh ended. `dead`: the server says that this very refresh token is worth nothing. `refused`: it refused for another reason,
 * and the token may still be good. `unavailable`: nothing is known; `cause` is the error to end with when there is no other way,
 * `auth` when the server itself is gone.
 */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly tokens: TokenSet }
  | { readonly kind: 'dead'; readonly description: string }
  /** `error` is that of OAuth, where the server said one. */
  | { readonly kind: 'refused'; readonly description: string; readonly error?: string }
  | { readonly kind: 'unavailable'; readonly cause: CliError };

export interface RefreshRequest extends OAuthClient {
  readonly clock: Clock;
  readonly refreshToken: string;
  /** The `sub` of who signed in, as far as it is known. */
  readonly subject?: string | undefined;
}

/**
 * Exchanges a refresh token (RFC 6749 section 6). The old refresh token stays in the set when the server sends no new one; `scope` is
 * undefined when the server says nothing new about it, and `user` always is: who signed in was settled then. Of an id token only the subject
 * is looked at, which has to be the same (OpenID Connect Core 12.2): one that is wrong in its form or its times must not cost the
 * session, whose old refresh token is spent by now. Holds no lock and stores nothing: the caller does both.
 * Throws `auth` for tokens that this program cannot present, and the reason of an abort.
 */
export async function refreshTokenSet({ clock, refreshToken, subject, ...client }: RefreshRequest): Promise<RefreshOutcome> {
  const requestedAt = clock.now();
  const configuration = createConfiguration(client);
  let isSomebodyElse = false;
  configuration[customFetch] = withoutIdToken(createFetch(client.http, client.signal), (idToken) => {
    const named = typeof idToken === 'string' ? readJwtClaims(idToken)?.sub : undefined;
    isSomebodyElse = subject !== undefined && named !== undefined && named !== subject;
  });
  try {
    const tokens = readTokenResponse(await refreshTokenGrant(configuration, refreshToken), requestedAt);
    if (isSomebodyElse) return { kind: 'refused', description: 'the sign-in server issued tokens of another user' };
    return { kind: 'refreshed', tokens: { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken } };
  } catch (error) {
    const failure = withoutSecrets(readFailure(error, client.signal), [refreshToken]);
    const failed = failedRefresh(failure);
    const refused = refusedClient(failure, client);
    if (failed.kind !== 'refused' || refused === undefined) return failed;
    return { ...failed, description: `the ${refused.shown} of the client was not accepted: ${failed.description}` };
  }
}

/** Takes the id token out of an answer before openid-client reads it, and hands it to `onIdToken`. */
function withoutIdToken(send: CustomFetch, onIdToken: (idToken: unknown) => void): CustomFetch {
  return async (...request) => {
    const response = await send(...request);
    const answer = response.status === 200 ? parseJson(await response.clone().text()) : undefined;
    if (!isRecord(answer) || !('id_token' in answer)) return response;
    const { id_token: idToken, ...rest } = answer;
    onIdToken(idToken);
    return Response.json(rest);
  };
}

/** What a failure says about the refresh token. Pure. */
function failedRefresh(failure: ProtocolFailure): Exclude<RefreshOutcome, { kind: 'refreshed' }> {
  const description = describeFailure(failure);
  const isRefusal = !isPassing(failure) && 'status' in failure && failure.status >= 400;
  if (!isRefusal) {
    return { kind: 'unavailable', cause: unavailable(failure) };
  }
  if (isAboutTheToken(failure)) return { kind: 'dead', description };
  return { kind: 'refused', description, ...(failure.kind === 'oauth_error' && { error: failure.error }) };
}

/** `invalid_grant`, or what ZITADEL says instead: `invalid_request` that names the refresh token. */
function isAboutTheToken(failure: ProtocolFailure): boolean {
  if (failure.kind !== 'oauth_error') return false;
  return failure.error === 'invalid_grant' || (failure.error === 'invalid_request' && /refresh[ _]?token/i.test(failure.description ?? ''));
}

function unavailable(failure: ProtocolFailure): CliError {
  if (failure.kind === 'no_answer') return toCliError(failure.cause);
  return new CliError(
    codeOf(failure) === 'rate_limited' ? 'rate_limited' : 'unavailable',
    `could not renew the access token: ${describeFailure(failure)}`,
    {
      hint: 'run it again in a while',
      status: 'status' in failure ? failure.status : undefined,
    },
  );
}
