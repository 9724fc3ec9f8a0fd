import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { readJwtClaims } from './jwt-claims.ts';
import { DPOP_SETTING } from './protocol-failure.ts';
import { isTokenText, type TokenSet, type User } from './token-set.ts';

/** End of the year 9999, in milliseconds since the epoch: a token that lasts longer lasts for ever, and no date can tell of it. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A session's name is compared, and never shown. */
const MAX_SESSION_LENGTH = 500;

export type TokenResponse = TokenEndpointResponse & TokenEndpointResponseHelpers;

/**
 * A token response that openid-client has checked, as a token set. `requestedAt` is when the request was sent, in milliseconds since
 * the Unix epoch, so that the expiry errs on the safe side. Throws `auth` for a kind of token that this program cannot present, and for
 * a text that is not a token. Pure.
 */
export function readTokenResponse(response: TokenResponse, requestedAt: number): TokenSet {
  if (response.token_type !== 'bearer') {
    throw new CliError(
      'auth',
      `the sign-in server issued a token of type ${response.token_type.slice(0, 50)}; this program uses bearer tokens`,
      {
        hint: response.token_type === 'dpop' ? DPOP_SETTING : 'ask for bearer tokens in the settings of the client at the sign-in server',
      },
    );
  }
  if (!isTokenText(response.access_token)) {
    throw new CliError('auth', 'the sign-in server issued an access token with characters that no token has', {
      hint: helpWith('ask the operator of the sign-in server, or sign in with a token', 'login', '--with-token'),
    });
  }
  const claims = response.claims();
  return {
    accessToken: response.access_token,
    refreshToken: response.refresh_token,
    idToken: response.id_token,
    expiresAt: moment(requestedAt, response.expires_in),
    lifeMs: response.expires_in === undefined ? undefined : response.expires_in * 1000,
    refreshExpiresAt: moment(requestedAt, positive(response['refresh_expires_in'])),
    sessionId: sessionOf(claims?.['sid'], response['session_state'], readJwtClaims(response.access_token)?.sessionId),
    scope: response.scope,
    user: claims && readUser(claims),
  };
}

/** So many seconds later, in milliseconds since the epoch. */
function moment(start: number, seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(start + seconds * 1000, LAST_MOMENT);
}

/** Keycloak says 0 of a refresh token that does not end. */
function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** The first of these that names a session. */
function sessionOf(...names: readonly unknown[]): string | undefined {
  return names.filter((name) => typeof name === 'string').find((name) => name !== '' && name.length <= MAX_SESSION_LENGTH);
}

interface Claims {
  readonly sub: string;
  readonly email?: unknown;
  readonly email_verified?: unknown;
  readonly name?: unknown;
}

/** The user in the claims of an id token or a userinfo answer. Pure. */
export function readUser({ sub, email, email_verified, name }: Claims): User {
  return {
    sub,
    email: typeof email === 'string' ? email : undefined,
    emailVerified: readBoolean(email_verified),
    name: typeof name === 'string' ? name : undefined,
  };
}

/** Some servers send a boolean as text, as Cognito does. */
function readBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}
