import { isRecord, parseJson } from '../record.ts';

/** What a JWT says of itself (RFC 7519 section 4.1); nobody has checked it. */
export interface JwtClaims {
  readonly iss: string | undefined;
  readonly sub: string | undefined;
  readonly aud: readonly string[];
  /** Milliseconds since the epoch, at least 0; undefined when the token does not say. */
  readonly expiresAt: number | undefined;
  /** The session that it belongs to (`sid`). */
  readonly sessionId: string | undefined;
}

/** The claims of a JWT in its compact form; undefined when the text is none. Checks no signature. Pure. */
export function readJwtClaims(text: string): JwtClaims | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  const claims = payload === undefined ? undefined : parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isRecord(claims)) return undefined;
  const { iss, sub, aud, exp, sid } = claims;
  return {
    iss: typeof iss === 'string' ? iss : undefined,
    sub: typeof sub === 'string' ? sub : undefined,
    aud: [aud].flat().filter((one) => typeof one === 'string'),
    expiresAt: typeof exp === 'number' ? Math.max(exp, 0) * 1000 : undefined,
    sessionId: typeof sid === 'string' ? sid : undefined,
  };
}
