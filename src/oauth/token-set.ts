/** Who signed in, as the sign-in server says (OpenID Connect Core 5.1). */
export interface User {
  readonly sub: string;
  readonly email: string | undefined;
  /** `email_verified`: whether the server knows that the address is theirs; undefined when it does not say. */
  readonly emailVerified?: boolean | undefined;
  readonly name: string | undefined;
}

/** What a sign-in or a refresh yields (RFC 6749 section 5.1). */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Milliseconds since the Unix epoch; undefined when the server does not say. */
  readonly expiresAt: number | undefined;
  /** How long the access token lasted when it was issued, in milliseconds; undefined when the server does not say. */
  readonly lifeMs?: number | undefined;
  /** When the refresh token ends (`refresh_expires_in`, which Keycloak says); undefined when the server does not say, or it does not end. */
  readonly refreshExpiresAt?: number | undefined;
  /** The session at the server: `sid` (OpenID Connect Front-Channel Logout 1.0 section 3) or `session_state`; undefined when it does not say. */
  readonly sessionId?: string | undefined;
  /** What says to the server whose session is to end (OpenID Connect RP-Initiated Logout 1.0 section 2); undefined when it sent none. */
  readonly idToken?: string | undefined;
  /** Space-separated; undefined when it is as asked for or, after a refresh, unchanged. */
  readonly scope: string | undefined;
  /** Undefined when the server does not say; after a refresh: unchanged. */
  readonly user: User | undefined;
}

/** Whether text can be a token: whether it can stand in an `Authorization` header (RFC 6750 section 2.1, and a little more that servers accept). */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
