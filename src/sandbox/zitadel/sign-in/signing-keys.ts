import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { Database } from '../../database.ts';
import { isSignedBy, parseJsonWebToken, signJsonWebToken } from '../../oauth/machines/json-web-token.ts';
import { NEVER } from '../handlers/details.ts';
import { nextId } from '../store/ids.ts';
import { generateRsaKeyPair } from '../store/machine-credentials.ts';
import { signInRecords } from '../store/sign-in-records.ts';
import type { SignInCall } from './call.ts';

/** A key that the tokens of an instance are signed with, in PEM. */
export interface SigningKey {
  /** `kid` of what it signs. */
  readonly id: string;
  readonly privateKey: string;
}

/** The keys of an instance, made when they are first needed: the one that signs, and the next one. */
export async function signingKeys({ database, instance, now }: Pick<SignInCall, 'database' | 'instance' | 'now'>): Promise<SigningKey[]> {
  const records = signInRecords<SigningKey>(database, 'signing_key');
  if (records.listOf(instance.id).length === 0) {
    const made = await Promise.all([generateRsaKeyPair(), generateRsaKeyPair()]);
    // Another request may have made them meanwhile.
    if (records.listOf(instance.id).length === 0) {
      for (const { privateKey } of made) records.put({ id: nextId(now), privateKey }, { owner: instance.id, expiresAt: NEVER });
    }
  }
  return records.listOf(instance.id);
}

/** The claims, signed by the instance. */
export function signedByInstance([key]: readonly SigningKey[], claims: Readonly<Record<string, unknown>>): string {
  if (key === undefined) throw new Error('the instance has no key');
  return signJsonWebToken(claims, createPrivateKey(key.privateKey), key.id);
}

/** The claims of a token that the instance has signed, whether it has expired or not. */
export function claimsSignedByInstance(
  database: Database,
  instanceId: string,
  token: string,
): Readonly<Record<string, unknown>> | undefined {
  const parsed = parseJsonWebToken(token);
  const keys = signInRecords<SigningKey>(database, 'signing_key').listOf(instanceId);
  const key = keys.find(({ id }) => id === parsed?.header['kid']);
  if (parsed === undefined || key === undefined) return undefined;
  return isSignedBy(parsed, createPublicKey(key.privateKey)) ? parsed.claims : undefined;
}

/** The public halves (RFC 7517). The old server shows only the key that it signs with. */
export function jsonWebKeySet(keys: readonly SigningKey[], version: SignInCall['version']) {
  return {
    keys: keys.slice(0, version === '2.70' ? 1 : undefined).map(({ id, privateKey }) => {
      const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
      return { use: 'sig', kty: 'RSA', kid: id, alg: 'RS256', n, e };
    }),
  };
}
