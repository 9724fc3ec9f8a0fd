/** How long a token lasts, in seconds: it is for one command (contract section 4.5). */
const LIFE_S = 300;
/** The server takes no token from more than a second ahead of its own clock. */
const SKEW_S = 30;

export interface SystemToken {
  /** Name of the system user. */
  readonly user: string;
  /** Origin that the server has in its own configuration, whatever URL it is called at. */
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The claims of a token for the system API, which the key of the system user has to sign with RS256 (contract section 4.5). Pure. */
export function systemTokenClaims({ user, audience, now }: SystemToken): Readonly<Record<string, string | number>> {
  const seconds = Math.floor(now / 1_000);
  return { iss: user, sub: user, aud: audience, iat: seconds - SKEW_S, exp: seconds + LIFE_S };
}
