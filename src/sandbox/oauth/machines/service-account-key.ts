import { createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWKS } from 'oidc-provider';
import type { Database } from '../../database.ts';
import { type Expected, subjectOf, UntrustedToken } from './claims.ts';
import { isSignedBy, type JsonWebToken } from './json-web-token.ts';
import { prepareMachines } from './machine-tables.ts';

/** The key file of ZITADEL (contract section 4.4). */
export interface ServiceAccountKeyFile {
  readonly type: 'serviceaccount';
  readonly keyId: string;
  /** PEM of the private key: PKCS#1 for RSA, as ZITADEL writes it; PKCS#8 for the others. */
  readonly key: string;
  /** RFC 3339. */
  readonly expirationDate: string;
  readonly userId: string;
}

export type KeyType = 'rsa' | 'ec' | 'ed25519';

/** ZITADEL's own, for a key that does not expire. */
const NEVER = '9999-12-31T23:59:59Z';

const generate = promisify(generateKeyPair);

/** A new key for the account. The private half is in the key file alone. */
export async function createServiceAccountKey(database: Database, accountId: string, type: KeyType): Promise<ServiceAccountKeyFile> {
  prepareMachines(database);
  const { publicKey, privateKey } = await generateOf(type);
  const keyId = randomUUID();
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  database.run('INSERT INTO service_account_key (id, account_id, public_key) VALUES (?, ?, ?)', [keyId, accountId, pem]);
  const key = privateKey.export({ type: type === 'rsa' ? 'pkcs1' : 'pkcs8', format: 'pem' }).toString();
  return { type: 'serviceaccount', keyId, key, expirationDate: NEVER, userId: accountId };
}

function generateOf(type: KeyType): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (type === 'rsa') return generate('rsa', { modulusLength: 2048 });
  return type === 'ec' ? generate('ec', { namedCurve: 'P-256' }) : generate('ed25519');
}

/**
 * The id of the account that signed the assertion with a key of its own (RFC 7523 section 3): `kid` names the key, `iss` and `sub` are
 * the account. The same assertion may come again. Throws `UntrustedToken`.
 */
export function accountIdOfKeyAssertion(database: Database, token: JsonWebToken, expected: Omit<Expected, 'issuer'>): string {
  prepareMachines(database);
  const { kid } = token.header;
  const row =
    typeof kid === 'string' && !kid.includes('\0')
      ? database.get('SELECT account_id, public_key FROM service_account_key WHERE id = ?', [kid])
      : undefined;
  if (row === undefined) throw new UntrustedToken('kid: no such key');
  const owner = { id: String(row['account_id']), publicKey: String(row['public_key']) };
  assertSelfSigned(token, owner, expected);
  return owner.id;
}

/** The keys of an account, as a client has them (RFC 7517 section 5). */
export function publicKeysOf(database: Database, accountId: string): JWKS {
  prepareMachines(database);
  const rows = database.all('SELECT id, public_key FROM service_account_key WHERE account_id = ?', [accountId]);
  return { keys: rows.map((row) => ({ ...createPublicKey(String(row['public_key'])).export({ format: 'jwk' }), kid: String(row['id']) })) };
}

/** Whose key it is, and its public half in PEM. */
export interface KeyOwner {
  readonly id: string;
  readonly publicKey: string;
}

/** Makes sure that the token is what the owner of the key says about itself (RFC 7523 section 3). Throws `UntrustedToken`. */
export function assertSelfSigned(token: JsonWebToken, { id, publicKey }: KeyOwner, expected: Omit<Expected, 'issuer'>): void {
  if (!isSignedBy(token, createPublicKey(publicKey))) throw new UntrustedToken('the signature is not valid');
  if (subjectOf(token, { ...expected, issuer: id }) !== id) throw new UntrustedToken('sub: not the account of this key');
}
