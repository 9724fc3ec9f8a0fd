import { createPrivateKey, KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decoded } from '../decoded-text.ts';
import type { Help } from '../hint.ts';
import { jwtAlgorithm } from './signed-jwt.ts';

/** What is wrong with a key, as it goes on after "the key in FILE …", and what helps. */
export interface KeyProblem {
  readonly problem: string;
  readonly hint: Help;
}

/** What is wrong with a file that should have a key in it. */
export interface KeyFileProblem extends KeyProblem {
  /** There is no such file: the key may come later. */
  readonly isAbsent: boolean;
}

/** RFC 7518 section 3.3: a shorter key must not be used. */
const RSA_BITS = 2048;

/** Kinds of PEM that people have beside their keys. The text in the file says what it is (RFC 7468). */
const OTHER_KINDS: readonly (KeyProblem & { readonly mark: RegExp })[] = [
  {
    mark: /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m,
    problem: 'is encrypted',
    hint: { say: 'decrypt it into a file of your own', command: { program: 'openssl', words: ['pkey', '-in', 'FILE', '-out', 'key.pem'] } },
  },
  {
    mark: /-----BEGIN OPENSSH PRIVATE KEY-----/,
    problem: 'is in the format of OpenSSH',
    hint: { say: 'convert a copy of it', command: { program: 'ssh-keygen', words: ['-p', '-m', 'PKCS8', '-f', 'COPY'] } },
  },
  { mark: /-----BEGIN (?:RSA |EC )?PUBLIC KEY-----/, problem: 'is a public key', hint: 'give the private key that belongs to it' },
  { mark: /-----BEGIN CERTIFICATE-----/, problem: 'is a certificate', hint: 'give the private key that belongs to it' },
];

/** The error of a key that cannot be used: what is wrong with it, and what helps. */
export type Unusable = (problem: string, hint: Help) => Error;

/** A PEM text with a key that JWTs can be signed with, tidied, and what kind of key it is. Throws what `unusable` makes of another one. Pure. */
export function checkedPem(text: string, unusable: Unusable): { readonly pem: string; readonly kind: string | undefined } {
  const key = readPrivateKey(text);
  if (!(key instanceof KeyObject)) throw unusable(key.problem, key.hint);
  return { pem: readablePem(text), kind: key.asymmetricKeyType };
}

/**
 * The private key in a PEM text (PKCS#1, SEC 1 or PKCS#8) that JWTs can be signed with, or what is wrong with it, in words without any of the
 * text. Pure.
 */
export function readPrivateKey(text: string): KeyObject | KeyProblem {
  const pem = readablePem(text);
  if (!pem.includes('-----BEGIN ')) return { problem: 'is not a private key', hint: 'give a private key in PEM form' };
  // A text with a private key in it is one, whatever stands beside the key.
  const other = OTHER_KINDS.find(({ mark }) => mark.test(pem));
  if (other && !/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{16}/.test(pem)) return other;
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return { problem: 'is damaged', hint: 'copy the file again, whole, or create a new key' };
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const { modulusLength: bits = RSA_BITS } = details ?? {};
  if (bits < RSA_BITS)
    return { problem: `is too short: ${bits} bits, of the ${RSA_BITS} at least that it needs`, hint: 'create a new key' };
  if (jwtAlgorithm(key) !== undefined) return key;
  return {
    problem: `is of a kind that cannot be used (${[type, details?.namedCurve].filter((part) => part !== undefined).join(' ')})`,
    hint: 'RSA, the curves P-256 and P-384, and Ed25519 can be used',
  };
}

/**
 * PEM as Node reads it, from what variables, JSON and YAML make of it: line ends that are written out, blanks in their place, indentation.
 * A key that is encrypted has lines of its own in front, which stay. Pure.
 */
export function readablePem(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n');
  return lines.replace(/[^\S\n]*-----BEGIN ([A-Z0-9 ]+)-----([\s\w+/=]+)-----END \1-----/g, (_, label: string, body: string) => {
    const base64 = body.replace(/\s+/g, '').replace(/.{64}(?=.)/g, '$&\n');
    return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`;
  });
}

/**
 * The RSA key in a PEM file, as it signs requests to ZITADEL's system API (contract section 4.5), or what is wrong with the file. The messages are
 * those of `readPrivateKey`.
 */
export function readRsaKeyFile(path: string): KeyObject | KeyFileProblem {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isAbsent = code === 'ENOENT';
    return {
      isAbsent,
      problem: isAbsent ? 'is not there' : `cannot be read (${code})`,
      hint: 'give a file with the private key in PEM form',
    };
  }
  const key = readPrivateKey(decoded(bytes) ?? '');
  if (!(key instanceof KeyObject)) return { ...key, isAbsent: false };
  const { asymmetricKeyType: type } = key;
  if (type === 'rsa') return key;
  return { isAbsent: false, problem: `is a key of type ${type}, not RSA`, hint: 'give the RSA key whose public key the server has' };
}
