import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** PKCS#8. */
  readonly pem: string;
}

export const rsa = withPem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
export const p256 = withPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
export const p384 = withPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
export const ed25519 = withPem(generateKeyPairSync('ed25519'));

export function withPem({ privateKey, publicKey }: Omit<KeyPair, 'pem'>): KeyPair {
  return { privateKey, publicKey, pem: text(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** An RSA key in the form that ZITADEL writes (PKCS#1), and an elliptic one in the older form of OpenSSL (SEC 1). */
export const rsaPkcs1 = text(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }));
export const p256Sec1 = text(p256.privateKey.export({ type: 'sec1', format: 'pem' }));

export function text(exported: string | Buffer): string {
  return exported.toString();
}
