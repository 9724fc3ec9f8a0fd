import { ClientError, ResponseBodyError, tokenRevocation } from 'openid-client';
import type { Clock } from '../edges.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { readJwtClaims } from './jwt-claims.ts';
import { withTimeLimit } from './time-limit.ts';

/**
 * What became of tokens at the server that issued them. `nothing_to_revoke`: it revokes none of this kind. `not_offered`: it names no address to
 * revoke at. In both cases they live until they expire. `status` is that of a refusal.
 */
export interface Revocation {
  readonly outcome: 'revoked' | 'failed' | 'nothing_to_revoke' | 'not_offered';
  readonly status?: number;
}

const REVOKE_WITHIN_MS = 5_000;

/** The tokens of one sign-in that are to be revoked. */
export interface RevocableTokens {
  readonly refreshToken: string | undefined;
  readonly accessToken: string | undefined;
}

export interface RevocationRequest extends OAuthClient {
  readonly clock: Clock;
  readonly tokens: RevocableTokens;
}

/**
 * Tells the server that the tokens are done with (RFC 7009): the refresh token first, because it is worth most and ends the rest at most
 * servers. An access token that names its session ends with it, and is not asked for. Takes 5 seconds at most. Throws only the reason of an abort.
 */
export async function revokeTokens({ clock, tokens, ...client }: RevocationRequest): Promise<Revocation> {
  if (client.server.revocation_endpoint === undefined) {
    return { outcome: 'not_offered' };
  }
  const limit = { clock, milliseconds: REVOKE_WITHIN_MS, signal: client.signal };
  return withTimeLimit<Revocation>(
    (signal) => revokeEach({ ...client, signal }, tokens),
    limit,
    () => ({ outcome: 'failed' }),
  );
}

async function revokeEach(client: OAuthClient, { refreshToken, accessToken }: RevocableTokens): Promise<Revocation> {
  const refresh = refreshToken === undefined ? undefined : await revoke(client, refreshToken, 'refresh_token');
  const isRevoked = refresh?.outcome === 'revoked';
  if (accessToken === undefined || (isRevoked && readJwtClaims(accessToken)?.sessionId !== undefined)) {
    return refresh ?? { outcome: 'nothing_to_revoke' };
  }
  const access = await revoke(client, accessToken, 'access_token');
  if (refresh === undefined || refresh.outcome === 'nothing_to_revoke') return access;
  // Many servers end it with the refresh token, and then do not know it.
  const isGone = isRevoked && (access.outcome !== 'failed' || isClientError(access.status));
  return isGone || !isRevoked ? refresh : access;
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

async function revoke(client: OAuthClient, token: string, hint: 'refresh_token' | 'access_token'): Promise<Revocation> {
  try {
    await tokenRevocation(createConfiguration(client), token, { token_type_hint: hint });
    return { outcome: 'revoked' };
  } catch (error) {
    client.signal?.throwIfAborted();
    if (error instanceof ResponseBodyError) {
      return error.error === 'unsupported_token_type' ? { outcome: 'nothing_to_revoke' } : { outcome: 'failed', status: error.status };
    }
    const { cause } = error instanceof ClientError ? error : {};
    if (!(cause instanceof Response)) return { outcome: 'failed' };
    // RFC 7009 section 2.2 says 200, which openid-client insists on; some servers say 204.
    return cause.ok ? { outcome: 'revoked' } : { outcome: 'failed', status: cause.status };
  }
}
