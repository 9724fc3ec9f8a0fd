import { constants, createPublicKey, generateKeyPairSync, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAssertion, jwtAlgorithm, signJwt } from '../../src/oauth/signed-jwt.ts';
import { ed25519, type KeyPair, p256, p384, rsa } from '../support/keys.ts';

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

const NOW = 1_700_000_000_123;

function assertion({ privateKey }: KeyPair, keyId: string | undefined = 'k1') {
  return createAssertion({ key: privateKey, keyId, subject: '123', audience: 'https://id.example', now: NOW });
}

function decoded(part: string | undefined): unknown {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
}

test.each<[alg: string, keys: KeyPair, digest: string | null]>([
  ['RS256', rsa, 'sha256'],
  ['ES256', p256, 'sha256'],
  ['ES384', p384, 'sha384'],
  ['EdDSA', ed25519, null],
])('%s: header and claims are those of RFC 7523, and the signature is good', (alg, keys, digest) => {
  const [header, claims, signature = ''] = assertion(keys).split('.');
  expect(decoded(header)).toEqual({ alg, typ: 'JWT', kid: 'k1' });
  expect(decoded(claims)).toEqual({
    iss: '123',
    sub: '123',
    aud: 'https://id.example',
    iat: 1_700_000_000 - 30,
    exp: 1_700_000_000 + 300,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const key = { key: keys.publicKey, dsaEncoding: 'ieee-p1363' } as const;
  expect(verify(digest, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('a key without an id has none in the header', () => {
  const [header] = createAssertion({ key: rsa.privateKey, keyId: undefined, subject: 's', audience: 'a', now: NOW }).split('.');
  expect(decoded(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
});

test('no two assertions are the same', () => {
  expect(assertion(ed25519)).not.toBe(assertion(ed25519));
});
