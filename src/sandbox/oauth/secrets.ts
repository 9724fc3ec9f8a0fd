import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'oidc-provider';
import type { Database } from '../database.ts';

export interface ServerSecrets {
  /** Private key of the ID tokens (ES256), as a JSON Web Key. */
  readonly signingKey: JWK;
  /** Key of the cookies' signatures. */
  readonly cookieKey: string;
}

/** The server's own keys. Made at the first start and kept, so that a restart ends no session. */
export function loadSecrets(database: Database): ServerSecrets {
  const signingKey: JWK = JSON.parse(loadSecret(database, 'signing_key', makeSigningKey));
  return { signingKey, cookieKey: loadSecret(database, 'cookie_key', () => randomBytes(32).toString('base64url')) };
}

/** The secret of that name: kept from an earlier time, or made now. */
export function loadSecret(database: Database, name: string, make: () => string): string {
  database.run('CREATE TABLE IF NOT EXISTS oauth_secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  const known = database.get('SELECT value FROM oauth_secret WHERE name = ?', [name])?.['value'];
  if (typeof known === 'string') return known;
  const value = make();
  database.run('INSERT INTO oauth_secret (name, value) VALUES (?, ?)', [name, value]);
  return value;
}

function makeSigningKey(): string {
  return JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
}
