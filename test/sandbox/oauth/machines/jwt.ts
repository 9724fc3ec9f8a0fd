import { constants, createHmac, type KeyObject, sign } from 'node:crypto';

/** Signatures by the name of the algorithm, whether the key suits it or not. `none` signs nothing. */
const SIGNATURES: Readonly<Record<string, (signed: Buffer, key: KeyObject) => Buffer>> = {
  RS256: (signed, key) => sign('sha256', signed, key),
  PS256: (signed, key) =>
    sign('sha256', signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  ES256: (signed, key) => sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (signed, key) => sign(null, signed, key),
  HS256: (signed, key) => createHmac('sha256', key).update(signed).digest(),
  none: () => Buffer.alloc(0),
};

/** A JSON Web Token with that header (`alg` chooses the signature) and those claims. */
export function jwt(header: Readonly<Record<string, unknown>>, claims: Readonly<Record<string, unknown>>, key: KeyObject): string {
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = SIGNATURES[String(header['alg'])]?.(Buffer.from(signed), key) ?? Buffer.from('signature');
  return `${signed}.${signature.toString('base64url')}`;
}
