import { generateKeyPair, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '../../database.ts';
import { hashOf, randomSecret } from '../../oauth/machines/random-secret.ts';
import { nextId, timeOfId } from './ids.ts';
import { prepareZitadelTables } from './tables.ts';
import { findUser, type UserRecord } from './user-store.ts';

const generate = promisify(generateKeyPair);

/** Keys in PEM; the private one in PKCS#1, as ZITADEL writes it. */
export interface RsaKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function generateRsaKeyPair(): Promise<RsaKeyPair> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/** Makes a personal access token, which only its owner will know. `expiresAt` is in milliseconds since the Unix epoch. */
export function addPersonalAccessToken(database: Database, userId: string, expiresAt: number, now: number) {
  const [id, token] = [nextId(now), randomSecret()];
  const sql = 'INSERT INTO zitadel_personal_access_token (token_hash, id, user_id, expires_at) VALUES (?, ?, ?, ?)';
  database.run(sql, [hashOf(token), id, userId, expiresAt]);
  return { id, token };
}

/** The user of a personal access token; undefined when it is unknown or expired. */
export function personalAccessTokenOwner(database: Database, token: string, now: number): UserRecord | undefined {
  return personalAccessToken(database, token, now)?.user;
}

/** A personal access token with its user; undefined when it is unknown or expired. Times are in milliseconds since the Unix epoch. */
export function personalAccessToken(database: Database, token: string, now: number) {
  const sql = 'SELECT id, user_id, expires_at FROM zitadel_personal_access_token WHERE token_hash = ? AND expires_at > ?';
  const row = database.get(sql, [hashOf(token), now]);
  const user = row && findUser(database, String(row['user_id']));
  if (row === undefined || user === undefined) return undefined;
  const id = String(row['id']);
  return { id, user, issuedAt: timeOfId(id), expiresAt: Number(row['expires_at']) };
}

/** Keeps the public key, and answers the key file that the owner gets (contract section 4.4). `expiresAt` is in milliseconds since the Unix epoch. */
export function addMachineKey(database: Database, userId: string, keys: RsaKeyPair, expiresAt: number, now: number) {
  const keyId = nextId(now);
  const sql = 'INSERT INTO zitadel_machine_key (id, user_id, public_key, expires_at) VALUES (?, ?, ?, ?)';
  database.run(sql, [keyId, userId, keys.publicKey, expiresAt]);
  const expirationDate = new Date(expiresAt).toISOString().replace('.000Z', 'Z');
  return { id: keyId, file: JSON.stringify({ type: 'serviceaccount', keyId, key: keys.privateKey, expirationDate, userId }) };
}

/** Keeps the public key of an app, and answers the key file that its owner gets. `expiresAt` is in milliseconds since the Unix epoch. */
export function addAppKey(
  database: Database,
  { id: appId, clientId }: { readonly id: string; readonly clientId: string },
  keys: RsaKeyPair,
  expiresAt: number,
  now: number,
) {
  const keyId = nextId(now);
  const sql = 'INSERT INTO zitadel_app_key (id, app_id, public_key, expires_at) VALUES (?, ?, ?, ?)';
  database.run(sql, [keyId, appId, keys.publicKey, expiresAt]);
  return { id: keyId, file: JSON.stringify({ type: 'application', keyId, key: keys.privateKey, appId, clientId }) };
}

/** The public key, in PEM, of an app under that id; undefined when there is none or it has expired. */
export function appKey(database: Database, appId: string, keyId: string, now: number): string | undefined {
  if (keyId.includes('\0')) return undefined;
  const sql = 'SELECT public_key FROM zitadel_app_key WHERE id = ? AND app_id = ? AND expires_at > ?';
  const row = database.get(sql, [keyId, appId, now]);
  return row && String(row['public_key']);
}

const SECRET_LENGTH = 64;
const SECRET_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new secret of an app or a machine user, as ZITADEL makes them. */
export function clientSecret(): string {
  return Array.from({ length: SECRET_LENGTH }, () => SECRET_CHARACTERS[randomInt(SECRET_CHARACTERS.length)]).join('');
}

/** Gives the machine user a secret in place of the one that it has. */
export function setMachineSecret(database: Database, userId: string, secret: string): void {
  const sql =
    'INSERT INTO zitadel_machine_secret (user_id, secret_hash) VALUES (?, ?) ON CONFLICT DO UPDATE SET secret_hash = excluded.secret_hash';
  database.run(sql, [userId, hashOf(secret)]);
}

/** What is kept of the secret of a machine user; undefined when it has none. */
export function machineSecretHash(database: Database, userId: string): string | undefined {
  const row = database.get('SELECT secret_hash FROM zitadel_machine_secret WHERE user_id = ?', [userId]);
  return row && String(row['secret_hash']);
}

/** Removes a key of the user; one that it does not have is passed over. */
export function removeMachineKey(database: Database, userId: string, keyId: string): void {
  database.run('DELETE FROM zitadel_machine_key WHERE id = ? AND user_id = ?', [keyId, userId]);
}

/** Whose key signs an assertion at the token endpoint (`kid` of its header), with the public key in PEM; undefined when there is none or it has expired. */
export function machineKeyOwner(
  database: Database,
  keyId: string,
  now: number,
): { readonly user: UserRecord; readonly publicKey: string } | undefined {
  prepareZitadelTables(database);
  if (keyId.includes('\0')) return undefined;
  const row = database.get('SELECT user_id, public_key FROM zitadel_machine_key WHERE id = ? AND expires_at > ?', [keyId, now]);
  const user = row && findUser(database, String(row['user_id']));
  return user && { user, publicKey: String(row['public_key']) };
}
