import { prepareAccounts } from '../../accounts.ts';
import type { Database } from '../../database.ts';

const prepared = new WeakSet<Database>();

/**
 * Makes the tables of machine identities, once for each open database. Secrets that are only compared are kept as hashes
 * (`hashOf`), keys as their public halves (PEM, SubjectPublicKeyInfo).
 */
export function prepareMachines(database: Database): void {
  if (prepared.has(database)) return;
  prepareAccounts(database);
  database.run(`CREATE TABLE IF NOT EXISTS machine (
    account_id TEXT PRIMARY KEY,
    client_secret_hash TEXT NOT NULL,
    ci_request_token_hash TEXT NOT NULL UNIQUE,
    ci_subject TEXT NOT NULL UNIQUE
  ) WITHOUT ROWID`);
  database.run(`CREATE TABLE IF NOT EXISTS service_account_key (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    public_key TEXT NOT NULL
  ) WITHOUT ROWID`);
  prepared.add(database);
}
