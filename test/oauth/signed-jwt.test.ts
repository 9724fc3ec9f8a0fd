import { constants, createPublicKey, generateKeyPairSync, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { jwtAlgorithm, signJwt } from '../../src/oauth/signed-jwt.ts';

/** Keys, and how RFC 7518 section 3 and RFC 8037 section 3.1 say that their signatures are verified. */
const KEYS: readonly (readonly [alg: string, makeKey: () => KeyObject, digest: string | null, how: Omit<VerifyKeyObjectInput, 'key'>])[] = [
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'sha256', { padding: constants.RSA_PKCS1_PADDING }],
  ['PS256', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, 'sha256', { saltLength: 32 }],
  ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'sha256', { dsaEncoding: 'ieee-p1363' }],
  ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'sha384', { dsaEncoding: 'ieee-p1363' }],
  ['EdDSA', () => generateKeyPairSync('ed25519').privateKey, null, {}],
];

test.each(KEYS)('%s', (alg, makeKey, digest, how) => {
  const privateKey = makeKey();
  const token = signJwt({ header: { kid: '1', typ: 'JWT' }, claims: { iss: 'jane', aud: ['a', 'b'] }, key: privateKey });
  const [header = '', claims = '', signature = '', ...rest] = token.split('.');
  expect(rest).toEqual([]);
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  expect([decoded(header), decoded(claims)]).toEqual([
    { alg, kid: '1', typ: 'JWT' },
    { iss: 'jane', aud: ['a', 'b'] },
  ]);
  const key = createPublicKey(privateKey);
  expect(verify(digest, Buffer.from(`${header}.${claims}`), { key, ...how }, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('a key that no algorithm is known for is told apart', () => {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
  expect(jwtAlgorithm(key)).toBeUndefined();
  expect(() => signJwt({ claims: {}, key })).toThrow('no algorithm is known');
});
