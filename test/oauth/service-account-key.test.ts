import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { readServiceAccountKey } from '../../src/oauth/service-account-key.ts';
import { ed25519, p256, p256Sec1, p384, rsa, rsaPkcs1, text, withPem } from '../support/keys.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const DOCUMENT = { type: 'serviceaccount', keyId: 'k1', key: rsaPkcs1, expirationDate: '9999-12-31T23:59:59Z', userId: '123' };

function read(content: string) {
  return readServiceAccountKey(content, 'the key file f', NOW);
}

function failure(content: string): CliError {
  try {
    read(content);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** The document with other members; those that are undefined are left out. */
const json = (members: Readonly<Record<string, unknown>> = {}) => JSON.stringify({ ...DOCUMENT, ...members });

test.each<[string, string]>([
  ['as ZITADEL writes it', json()],
  ['with a byte order mark and a line break', `\uFEFF${json()}\r\n`],
  ['indented, with members of a later version', JSON.stringify({ ...DOCUMENT, later: {} }, undefined, 2)],
  ['without an expiry', json({ expirationDate: undefined })],
  ['with an expiry in nanoseconds', json({ expirationDate: '2026-01-01T00:00:01.123456789Z' })],
])('the key JSON %s', (_what, content) => {
  expect(read(content)).toEqual({ subject: '123', keyId: 'k1', privateKey: rsaPkcs1 });
});

test.each<[string, string]>([
  ['PKCS#1', rsaPkcs1],
  ['PKCS#8', rsa.pem],
  ['SEC 1', p256Sec1],
  ['P-256', p256.pem],
  ['P-384', p384.pem],
  ['Ed25519', ed25519.pem],
])('a bare PEM key, %s, says neither whose it is nor its id', (_what, pem) => {
  expect(read(pem)).toEqual({ subject: undefined, keyId: undefined, privateKey: pem.trim() });
});

test.each<[string, (pem: string) => string]>([
  ['line ends that are written out', (pem) => pem.replaceAll('\n', '\\n')],
  ['Windows line ends that are written out', (pem) => pem.replaceAll('\n', '\\r\\n')],
  ['Windows line ends', (pem) => pem.replaceAll('\n', '\r\n')],
  ['blanks for line ends', (pem) => pem.trim().replaceAll('\n', ' ')],
  ['indentation', (pem) => pem.replaceAll(/^/gm, '    ')],
  ['one line of base64', (pem) => pem.replace(/(?<=-----\n)[^-]+/, (body) => body.replaceAll('\n', ''))],
])('a PEM key with %s is read, bare and in the JSON', (_what, change) => {
  for (const pem of [rsaPkcs1, rsa.pem]) {
    expect(read(change(pem)).privateKey).toBe(pem.trim());
    expect(read(json({ key: change(pem) })).privateKey.trim()).toBe(pem.trim());
  }
});

describe('what cannot be used', () => {
  const publicKey = text(rsa.publicKey.export({ type: 'spki', format: 'pem' }));
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'x', format: 'pem' } as const;
  const secp256k1 = withPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })).pem;
  const short = withPem(generateKeyPairSync('rsa', { modulusLength: 1024 })).pem;
  const x25519 = withPem(generateKeyPairSync('x25519')).pem;

  test.each<[what: string, content: string, says: string, code?: string]>([
    ['nothing', '', 'the key file f is empty'],
    ['blanks', ' \n', 'the key file f is empty'],
    ['other text', 'hello', 'the key file f is not a key file'],
    ['half of the JSON', json().slice(0, 200), 'the key file f is damaged: it is not valid JSON'],
    ['the key of an application', json({ type: 'application' }), 'the key file f is the key of an application'],
    ['the key of another cloud', json({ type: 'service_account' }), 'the key file f is not the key of a service account'],
    ['no type', json({ type: undefined }), 'the key file f is not the key of a service account'],
    ['no user', json({ userId: undefined }), 'the key file f is damaged: it has no usable userId'],
    ['a number for the user', json({ userId: 123 }), 'the key file f is damaged: it has no usable userId'],
    ['an empty key id', json({ keyId: '' }), 'the key file f is damaged: it has no usable keyId'],
    ['no key', json({ key: undefined }), 'the key file f is damaged: it has no usable key'],
    ['half a key', json({ key: rsaPkcs1.slice(0, 400) }), 'the key file f has a key that is damaged'],
    ['a key with a changed byte', json({ key: rsaPkcs1.replace(/\n..../, '\n----') }), 'the key file f has a key that is damaged'],
    ['a public key in the JSON', json({ key: publicKey }), 'the key file f has a key that is a public key'],
    ['a date that is none', json({ expirationDate: 'soon' }), 'the key file f is damaged: it has no usable expirationDate'],
    ['a key that has expired', json({ expirationDate: '2025-12-31T23:59:59Z' }), 'the key file f has expired', 'auth'],
    ['a key that expires now', json({ expirationDate: '2026-01-01T00:00:00Z' }), 'the key file f has expired', 'auth'],
    ['an encrypted key (PKCS#8)', text(rsa.privateKey.export({ ...encryption, type: 'pkcs8' })), 'the key file f is encrypted'],
    ['an encrypted key (PKCS#1)', text(rsa.privateKey.export({ ...encryption, type: 'pkcs1' })), 'the key file f is encrypted'],
    ['a public key', publicKey, 'the key file f is a public key'],
    ['a certificate', publicKey.replaceAll('PUBLIC KEY', 'CERTIFICATE'), 'the key file f is a certificate'],
    ['a key of OpenSSH', p256.pem.replaceAll('PRIVATE', 'OPENSSH PRIVATE'), 'the key file f is in the format of OpenSSH'],
    ['a curve without an algorithm', secp256k1, 'the key file f is of a kind that cannot be used (ec secp256k1)'],
    ['a short key', short, 'the key file f is too short: 1024 bits'],
    ['a short key in the JSON', json({ key: short }), 'the key file f has a key that is too short: 1024 bits'],
    ['a key that ZITADEL does not know', json({ key: p256.pem }), 'the key file f has a key of type ec, and ZITADEL knows RSA alone'],
    ['a key that cannot sign', x25519, 'the key file f is of a kind that cannot be used (x25519)'],
  ])('%s', (_what, content, says, code = 'invalid') => {
    const { code: actual, message, hint } = failure(content);
    expect({ code: actual, message }).toEqual({ code, message: expect.stringContaining(says) });
    expect(hint).not.toBe('');
    // Nothing of the file is quoted but ids and dates.
    expect(`${message}${hint}`).not.toMatch(/MII|BEGIN/);
  });
});
