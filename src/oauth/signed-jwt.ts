import { constants, type KeyObject, randomUUID, sign } from 'node:crypto';

interface AssertionOptions {
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

export type JwtAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';

const DIGESTS: Readonly<Record<JwtAlgorithm, string | null>> = {
  RS256: 'sha256',
  PS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  EdDSA: null,
};

/** By Node's names of the curves. */
const CURVES: Readonly<Record<string, JwtAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384' };

/** What a signed token says, and the key that signs it. */
export interface JwtContent {
  /** Header parameters besides `alg`, which follows from the key (RFC 7515 section 4.1): `kid`, `typ`. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Claims; times are seconds since the epoch (RFC 7519 section 4.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** A private key that `jwtAlgorithm` knows an algorithm for. */
  readonly key: KeyObject;
}

/**
 * A JWT in its compact form (RFC 7515 section 7.1), signed as `jwtAlgorithm` says. Pure but for the random part of some signatures. Throws a
 * plain `Error` for a key that no algorithm is known for: look with `jwtAlgorithm` first.
 */
export function signJwt({ header, claims, key }: JwtContent): string {
  const alg = jwtAlgorithm(key);
  if (alg === undefined) throw new Error(`no algorithm is known for a key of type ${key.asymmetricKeyType}`);
  const signed = `${encoded({ alg, ...header })}.${encoded(claims)}`;
  // The salt of PS256 is as long as the hash (RFC 7518 section 3.5); Node's own would be as long as it can be.
  const salt = alg === 'PS256' && { saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const signature = sign(DIGESTS[alg], Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...salt });
  return `${signed}.${signature.toString('base64url')}`;
}

/** The algorithm that goes with a private key (RFC 7518 section 3.1, RFC 8037 section 3.1); undefined when none does. */
export function jwtAlgorithm(key: KeyObject): JwtAlgorithm | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'RS256';
    case 'rsa-pss':
      return 'PS256';
    case 'ec':
      return CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
    case 'ed25519':
      return 'EdDSA';
    default:
      return undefined;
  }
}

function encoded(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
