import { ClientError, ResponseBodyError, tokenRevocation } from 'openid-client';
import type { Clock } from '../edges.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { withTimeLimit } from './time-limit.ts';

/** `nothing_to_revoke`: the server revokes no tokens, or none of this kind; they live until they expire. */
export type Revocation = 'revoked' | 'failed' | 'nothing_to_revoke';

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
 * servers. Takes 5 seconds at most. Throws only the reason of an abort.
 */
export async function revokeTokens({ clock, tokens, ...client }: RevocationRequest): Promise<Revocation> {
  if (client.server.revocation_endpoint === undefined) {
    return 'nothing_to_revoke';
  }
  const limit = { clock, milliseconds: REVOKE_WITHIN_MS, signal: client.signal };
  return withTimeLimit(
    (signal) => revokeEach({ ...client, signal }, tokens),
    limit,
    () => 'failed',
  );
}

async function revokeEach(client: OAuthClient, { refreshToken, accessToken }: RevocableTokens): Promise<Revocation> {
  const outcomes: Revocation[] = [];
  if (refreshToken !== undefined) {
    outcomes.push(await revoke(client, refreshToken, 'refresh_token'));
  }
  if (accessToken !== undefined) {
    outcomes.push(await revoke(client, accessToken, 'access_token'));
  }
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.includes('revoked') ? 'revoked' : 'nothing_to_revoke';
}

async function revoke(client: OAuthClient, token: string, hint: 'refresh_token' | 'access_token'): Promise<Revocation> {
  try {
    await tokenRevocation(createConfiguration(client), token, { token_type_hint: hint });
    return 'revoked';
  } catch (error) {
    client.signal?.throwIfAborted();
    // RFC 7009 section 2.2 says 200, which openid-client insists on; some servers say 204.
    if (error instanceof ClientError && error.cause instanceof Response && error.cause.ok) return 'revoked';
    return error instanceof ResponseBodyError && error.error === 'unsupported_token_type' ? 'nothing_to_revoke' : 'failed';
  }
}
