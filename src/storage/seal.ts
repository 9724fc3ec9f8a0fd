import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type CredentialFacts, isRenewable, type Sealed, type SealedCredential, type StoredCredential } from './credential.ts';
import { type CredentialSecrets, readSecrets, writeSecrets } from './credential-json.ts';

/** A 256-bit key, and the account of the keychain under which it is. */
export interface SealingKey {
  readonly account: string;
  readonly bytes: Uint8Array;
}

/** AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random 96-bit nonce and a 128-bit tag. */
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function generateKey(account: string): SealingKey {
  return { account, bytes: randomBytes(KEY_BYTES) };
}

/** The key as the keychain keeps it, in base64. */
export function keyToText({ bytes }: SealingKey): string {
  return Buffer.from(bytes).toString('base64');
}

/** The inverse of `keyToText`; undefined for what is not a key. */
export function keyFromText(account: string, text: string): SealingKey | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? { account, bytes } : undefined;
}

/**
 * Encrypts the secrets of a profile's credential. The box, in base64, is nonce, encrypted JSON and tag. What says where the secrets may go is
 * authenticated with them, so that they open for no other profile, server or client.
 */
export function seal(
  profile: string,
  { accessToken, refreshToken, machine, ...facts }: StoredCredential,
  key: SealingKey,
): SealedCredential {
  const secrets: CredentialSecrets = { accessToken, refreshToken, machine };
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bindingOf(profile, facts));
  const encrypted = [cipher.update(JSON.stringify(writeSecrets(secrets)), 'utf8'), cipher.final()];
  const box = Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]).toString('base64');
  return { ...facts, isRenewable: isRenewable({ ...facts, ...secrets }), sealed: { account: key.account, box } };
}

/** The inverse of `seal`; undefined when the key is another one, or when the box or what it is bound to was changed. */
export function unseal(
  profile: string,
  { isRenewable: _, sealed, ...facts }: SealedCredential,
  key: SealingKey,
): StoredCredential | undefined {
  const content = decrypt(sealed, bindingOf(profile, facts), key);
  const secrets = readSecrets(content, facts.method);
  return secrets && { ...facts, ...secrets };
}

function decrypt({ box }: Sealed, binding: Buffer, { bytes }: SealingKey): unknown {
  const sealed = Buffer.from(box, 'base64');
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, bytes, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(binding).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}

function bindingOf(profile: string, { method, url, issuer, clientId }: CredentialFacts): Buffer {
  return Buffer.from(JSON.stringify([profile, method, url, issuer ?? null, clientId ?? null]));
}
