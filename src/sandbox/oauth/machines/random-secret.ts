import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret that nobody guesses: 256 random bits. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of such a secret. No salt and no slow hash: those are for what people make up. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether the hash is that of the secret. Takes the same time for every secret. */
export function isHashOf(hash: string, secret: string): boolean {
  const [known, actual] = [Buffer.from(hash), Buffer.from(hashOf(secret))];
  return known.length === actual.length && timingSafeEqual(known, actual);
}
