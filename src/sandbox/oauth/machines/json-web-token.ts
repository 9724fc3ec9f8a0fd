import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto';
import { isRecord } from '../../../record.ts';

/** A JSON Web Token (RFC 7519) in its compact form, read but not yet believed. */
export interface JsonWebToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature signs. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

interface Algorithm {
  /** The only type of key that it may be used with, so that a public key is never taken for a shared secret. */
  readonly keyType: string;
  readonly digest: 'sha256' | null;
  readonly options: Omit<SignKeyObjectInput, 'key'>;
}

/** The signature algorithms that are accepted (RFC 7518 section 3.1, RFC 8037 section 3.1); anything else, `none` first of all, is not. */
const ALGORITHMS: ReadonlyMap<unknown, Algorithm> = new Map([
  ['RS256', { keyType: 'rsa', digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } }],
  [
    'PS256',
    {
      keyType: 'rsa',
      digest: 'sha256',
      options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    },
  ],
  ['ES256', { keyType: 'ec', digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } }],
  ['EdDSA', { keyType: 'ed25519', digest: null, options: {} }],
]);

/** Undefined when the text is not a signed token. */
export function parseJsonWebToken(text: string): JsonWebToken | undefined {
  const [, header = '', claims = '', signature = ''] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  const [headerDocument, claimsDocument] = [decode(header), decode(claims)];
  if (headerDocument === undefined || claimsDocument === undefined) return undefined;
  return {
    header: headerDocument,
    claims: claimsDocument,
    signed: Buffer.from(`${header}.${claims}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/**
 * Whether the owner of that public key has signed the token, by an algorithm that suits the key. A token that must not be accepted
 * without understanding an extension (`crit`, RFC 7515 section 4.1.11) counts as not signed.
 */
export function isSignedBy({ header, signed, signature }: JsonWebToken, key: KeyObject): boolean {
  const algorithm = ALGORITHMS.get(header['alg']);
  if (algorithm === undefined || algorithm.keyType !== key.asymmetricKeyType || header['crit'] !== undefined) return false;
  return verify(algorithm.digest, signed, { key, ...algorithm.options }, signature);
}

/** Signs the claims by RS256, or by ES256 when `key` is not an RSA key but one on P-256. */
export function signJsonWebToken(claims: Readonly<Record<string, unknown>>, key: KeyObject, keyId: string): string {
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  const signed = `${encode({ alg, typ: 'JWT', kid: keyId })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function encode(document: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(document)).toString('base64url');
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const document: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
