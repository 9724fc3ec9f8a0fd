import { createPrivateKey, createPublicKey } from 'node:crypto';
import { SANDBOX_SYSTEM_USER } from '../../../well-known.ts';
import type { Database } from '../../database.ts';
import { generateRsaKeyPair } from './machine-credentials.ts';
import { prepareZitadelTables } from './tables.ts';

/** Roles of a system user: in the whole system, in instances or in one organization. */
export interface Membership {
  readonly kind: 'system' | 'instance' | 'organization';
  /** The instance or organization; undefined for the system and for every instance. */
  readonly of: string | undefined;
  readonly roles: readonly string[];
}

/** Without memberships of its own, a system user owns the system. */
const OWNER: readonly Membership[] = [{ kind: 'system', of: undefined, roles: ['SYSTEM_OWNER'] }];

export interface SystemUser {
  readonly name: string;
  /** An RSA key in PEM. */
  readonly publicKey: string;
  readonly memberships: readonly Membership[];
}

/** Adds a system user, or replaces the one of that name. No memberships make it the system's owner. */
export function putSystemUser(database: Database, { name, publicKey, memberships }: SystemUser): void {
  prepareZitadelTables(database);
  database.run(
    `INSERT INTO zitadel_system_user (name, public_key, memberships) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, private_key = NULL, memberships = excluded.memberships`,
    [name, publicKey, JSON.stringify(memberships)],
  );
}

export function findSystemUser(database: Database, name: string): SystemUser | undefined {
  const row = database.get('SELECT public_key, memberships FROM zitadel_system_user WHERE name = ?', [name]);
  if (row === undefined) return undefined;
  const memberships: readonly Membership[] = JSON.parse(String(row['memberships']));
  return { name, publicKey: String(row['public_key']), memberships: memberships.length === 0 ? OWNER : memberships };
}

/** The private key of the system user `sandbox`, in PEM (PKCS#1); its key pair is made when it is first asked for. */
export async function sandboxSystemUserKey(database: Database): Promise<string> {
  const known = privateKeyOf(database);
  if (known !== undefined) return known;
  const keys = await generateRsaKeyPair();
  // Another call may have made one in the meantime.
  const sql = `INSERT INTO zitadel_system_user (name, public_key, private_key, memberships) VALUES (?, ?, ?, '[]') ON CONFLICT DO NOTHING`;
  database.run(sql, [SANDBOX_SYSTEM_USER, keys.publicKey, keys.privateKey]);
  return privateKeyOf(database) ?? keys.privateKey;
}

/** Gives the system user `sandbox` a key pair that exists: its private key in PEM. `false` when that is not an RSA key. */
export function putSandboxSystemUserKey(database: Database, privateKey: string): boolean {
  if (privateKeyOf(database) === privateKey) return true;
  const publicKey = rsaPublicKeyOf(privateKey);
  if (publicKey === undefined) return false;
  database.run(
    `INSERT INTO zitadel_system_user (name, public_key, private_key, memberships) VALUES (?, ?, ?, '[]')
     ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, private_key = excluded.private_key`,
    [SANDBOX_SYSTEM_USER, publicKey, privateKey],
  );
  return true;
}

function rsaPublicKeyOf(privateKey: string): string | undefined {
  try {
    const key = createPrivateKey(privateKey);
    return key.asymmetricKeyType === 'rsa' ? createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString() : undefined;
  } catch {
    return undefined;
  }
}

function privateKeyOf(database: Database): string | undefined {
  prepareZitadelTables(database);
  const key = database.get('SELECT private_key FROM zitadel_system_user WHERE name = ?', [SANDBOX_SYSTEM_USER])?.['private_key'];
  return typeof key === 'string' ? key : undefined;
}
