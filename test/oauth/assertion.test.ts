import { verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAssertion } from '../../src/oauth/assertion.ts';
import { ed25519, type KeyPair, p256, p384, rsa } from './keys.ts';

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
