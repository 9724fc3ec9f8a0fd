import type { Database } from '../database.ts';
import { prepareResources } from '../product-management/resource-store.ts';

/** Makes the tables of the Identity API. Times are milliseconds since the Unix epoch; `name_folded` is the name in lower case, for searching and sorting. */
export function prepareTables(database: Database): void {
  database.run(`CREATE TABLE IF NOT EXISTS organization (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) WITHOUT ROWID`);
  database.run(`CREATE TABLE IF NOT EXISTS membership (
    organization_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_id)
  ) WITHOUT ROWID`);
  database.run(`CREATE TABLE IF NOT EXISTS instance (
    id TEXT PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    created_by_organization_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) WITHOUT ROWID`);
  database.run('CREATE INDEX IF NOT EXISTS instance_newest ON instance (organization_id, created_at, id)');
  prepareResources(database);
  database.run(`CREATE TABLE IF NOT EXISTS authorized_organization (
    instance_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    PRIMARY KEY (instance_id, organization_id)
  ) WITHOUT ROWID`);
  database.run(`CREATE TABLE IF NOT EXISTS idempotency_key (
    account_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
  ) WITHOUT ROWID`);
}

/** How much was deleted. */
export interface Emptied {
  readonly organizations: number;
  readonly instances: number;
}

/** Empties every table of the Identity API; accounts and tokens stay. */
export function emptyTables(database: Database): Emptied {
  const count = (table: string) => Number(database.get(`SELECT count(*) AS total FROM ${table}`)?.['total']);
  return database.transaction(() => {
    const emptied = { organizations: count('organization'), instances: count('instance') };
    for (const table of ['product_resource', 'idempotency_key', 'authorized_organization', 'instance', 'membership', 'organization']) {
      database.run(`DELETE FROM ${table}`);
    }
    return emptied;
  });
}
