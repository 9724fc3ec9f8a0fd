import { refreshTokenGrant } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { toCliError } from '../http/transport-error.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { describeFailure, isPassing, type ProtocolFailure, readFailure } from './protocol-failure.ts';
import { readTokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/**
 * How a refresh ended. `dead`: the server says that this very refresh token is worth nothing. `refused`: it refused for another reason,
 * and the token may still be good. `unavailable`: nothing is known; `cause` is the error to end with when there is no other way.
 */
export type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly tokens: TokenSet }
  | { readonly kind: 'dead'; readonly description: string }
  | { readonly kind: 'refused'; readonly description: string }
  | { readonly kind: 'unavailable'; readonly cause: CliError };

export interface RefreshRequest extends OAuthClient {
  readonly clock: Clock;
  readonly refreshToken: string;
}

/**
 * Exchanges a refresh token (RFC 6749 section 6). The old refresh token stays in the set when the server sends no new one; `scope` and
 * `user` are undefined when it says nothing new about them. Holds no lock and stores nothing: the caller does both.
 * Throws `auth` for tokens that this program cannot present, and the reason of an abort.
 */
export async function refreshTokenSet({ clock, refreshToken, ...client }: RefreshRequest): Promise<RefreshOutcome> {
  const requestedAt = clock.now();
  try {
    const tokens = readTokenResponse(await refreshTokenGrant(createConfiguration(client), refreshToken), requestedAt);
    return { kind: 'refreshed', tokens: { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken } };
  } catch (error) {
    return failedRefresh(readFailure(error, client.signal));
  }
}

/** What a failure says about the refresh token. Pure. */
function failedRefresh(failure: ProtocolFailure): Exclude<RefreshOutcome, { kind: 'refreshed' }> {
  const description = describeFailure(failure);
  const isRefusal = !isPassing(failure) && 'status' in failure && failure.status >= 400;
  if (!isRefusal) {
    return { kind: 'unavailable', cause: unavailable(failure) };
  }
  return { kind: isAboutTheToken(failure) ? 'dead' : 'refused', description };
}

/** `invalid_grant`, or what ZITADEL says instead: `invalid_request` that names the refresh token. */
function isAboutTheToken(failure: ProtocolFailure): boolean {
  if (failure.kind !== 'oauth_error') return false;
  return failure.error === 'invalid_grant' || (failure.error === 'invalid_request' && /refresh[ _]?token/i.test(failure.description ?? ''));
}

function unavailable(failure: ProtocolFailure): CliError {
  if (failure.kind === 'no_answer') return toCliError(failure.cause);
  return new CliError('unavailable', `could not renew the access token: ${describeFailure(failure)}`, {
    hint: 'run it again in a while',
    status: 'status' in failure ? failure.status : undefined,
  });
}
