import { type KeyObject, randomUUID } from 'node:crypto';
import { signJwt } from './signed-jwt.ts';

export interface AssertionOptions {
  readonly key: KeyObject;
  readonly keyId: string | undefined;
  /** The service account that the key is of. */
  readonly subject: string;
  /** Whom it is presented to: what the server calls itself. */
  readonly audience: string;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

const LIFE_S = 5 * 60;
/** Servers refuse what is issued in the future by as little as a second, and clocks differ by more. */
const BACK_DATED_S = 30;

/** The assertion of a service account about itself (RFC 7523 section 3): signed by its key, never the same twice. */
export function createAssertion({ key, keyId, subject, audience, now }: AssertionOptions): string {
  const seconds = Math.floor(now / 1000);
  return signJwt({
    header: { typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) },
    claims: { iss: subject, sub: subject, aud: audience, iat: seconds - BACK_DATED_S, exp: seconds + LIFE_S, jti: randomUUID() },
    key,
  });
}
