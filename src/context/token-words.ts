import { readJwtClaims } from '../oauth/jwt-claims.ts';

/**
 * What a refused access token says of itself, if it is a JSON Web Token (RFC 7519 section 4.1), in words that follow others: who issued it
 * when that is not `issuer`, and that it has expired by `now` (milliseconds since the epoch). Empty when it says nothing of the kind. It is
 * not verified: this is for a person who wonders why it is refused.
 */
export function tokenWords(
  token: string,
  { now, issuer }: { readonly now: number; readonly issuer: string | undefined },
): readonly string[] {
  const { iss, expiresAt } = readJwtClaims(token) ?? {};
  const words: string[] = [];
  if (iss !== undefined && iss !== issuer) words.push(`issued by ${iss}${issuer === undefined ? '' : `, not by ${issuer}`}`);
  if (expiresAt !== undefined && expiresAt <= now) words.push(`expired at ${new Date(expiresAt).toISOString()}`);
  return words;
}
