import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The key of a system user, or what is wrong with its file, in words without any of its content, and what helps. */
export type SystemKey = { readonly key: KeyObject } | { readonly isAbsent: boolean; readonly problem: string; readonly hint: string };

const NEEDED = 'a PEM file with an RSA private key is needed, the one whose public key the server has';

/** Reads the private key in a PEM file, PKCS#1 or PKCS#8, as it signs requests to ZITADEL's system API (contract section 4.5). */
export function readSystemKey(path: string): SystemKey {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const isAbsent = code === 'ENOENT';
    return {
      isAbsent,
      problem: isAbsent ? 'is not there' : `cannot be read (${code})`,
      hint: 'flowkiwi sandbox start puts the key of the sandbox there; for another server put the private key there, or name another file with flowkiwi profile add --system-key',
    };
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    const hint = 'decrypt it for flowkiwi: openssl pkey -in FILE -out FILE.plain, then chmod 600';
    return { isAbsent: false, problem: 'is encrypted', hint };
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return { isAbsent: false, problem: 'is no private key', hint: NEEDED };
  }
  const { asymmetricKeyType: type } = key;
  return type === 'rsa' ? { key } : { isAbsent: false, problem: `is a key of type ${type}, not RSA`, hint: NEEDED };
}
