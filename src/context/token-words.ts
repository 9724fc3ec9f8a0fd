import { isRecord } from '../record.ts';

/**
 * What a refused access token says of itself, if it is a JSON Web Token (RFC 7519 section 4.1), in words that follow others: who issued it
 * when that is not `issuer`, and that it has expired by `now` (milliseconds since the epoch). Empty when it says nothing of the kind. It is
 * not verified: this is for a person who wonders why it is refused.
 */
export function tokenWords(
  token: string,
  { now, issuer }: { readonly now: number; readonly issuer: string | undefined },
): readonly string[] {
  const { iss, exp } = claimsOf(token);
  const words: string[] = [];
  if (typeof iss === 'string' && iss !== issuer) words.push(`issued by ${iss}${issuer === undefined ? '' : `, not by ${issuer}`}`);
  if (typeof exp === 'number' && exp * 1_000 <= now) words.push(`expired at ${isoTime(exp * 1_000)}`);
  return words;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

function isoTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? 'an impossible time' : time.toISOString();
}
