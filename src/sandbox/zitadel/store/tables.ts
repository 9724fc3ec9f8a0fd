import type { Database } from '../../database.ts';

const TABLES = [
  `zitadel_instance (
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_removed INTEGER NOT NULL,
    primary_domain TEXT NOT NULL,
    default_organization_id TEXT NOT NULL,
    first_organization_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (id, sequence)
  )`,
  `zitadel_instance_domain (
    instance_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    is_generated INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (domain, instance_id, sequence)
  )`,
  `zitadel_organization (
    id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    state TEXT NOT NULL,
    primary_domain TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (id, sequence)
  )`,
  `zitadel_organization_domain (
    organization_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    domain_folded TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (organization_id, domain, sequence)
  )`,
  `zitadel_domain_claim (
    organization_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    method TEXT,
    PRIMARY KEY (organization_id, domain)
  )`,
  `zitadel_limits (
    instance_id TEXT PRIMARY KEY,
    is_blocked INTEGER NOT NULL
  )`,
  `zitadel_organization_metadata (
    organization_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, key)
  )`,
  `zitadel_user (
    id TEXT PRIMARY KEY,
    instance_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    profile TEXT NOT NULL,
    account_id TEXT UNIQUE
  )`,
  `zitadel_member (
    user_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    roles TEXT NOT NULL,
    PRIMARY KEY (user_id, organization_id)
  )`,
  `zitadel_personal_access_token (
    token_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  )`,
  `zitadel_machine_key (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  )`,
  `zitadel_machine_secret (
    user_id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL
  )`,
  `zitadel_project (
    id TEXT PRIMARY KEY,
    instance_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
  )`,
  `zitadel_app (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret_hash TEXT,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  )`,
  `zitadel_app_key (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  )`,
  `zitadel_sign_in (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    payload TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  )`,
  `zitadel_oidc_settings (
    instance_id TEXT PRIMARY KEY,
    settings TEXT NOT NULL
  )`,
  `zitadel_unique_value (
    instance_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    PRIMARY KEY (instance_id, kind, value)
  )`,
  `zitadel_system_user (
    name TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    private_key TEXT,
    memberships TEXT NOT NULL
  )`,
];

const INDEXES = [
  'zitadel_organization_name ON zitadel_organization (instance_id, name_folded)',
  'zitadel_organization_domain_name ON zitadel_organization_domain (instance_id, domain_folded)',
  'zitadel_user_organization ON zitadel_user (organization_id)',
  'zitadel_project_organization ON zitadel_project (organization_id)',
  'zitadel_app_project ON zitadel_app (project_id)',
  'zitadel_app_key_app ON zitadel_app_key (app_id)',
  'zitadel_sign_in_owner ON zitadel_sign_in (kind, owner)',
  'zitadel_sign_in_end ON zitadel_sign_in (expires_at)',
  'zitadel_unique_value_owner ON zitadel_unique_value (owner_id)',
];

const prepared = new WeakSet<Database>();

/**
 * Makes the tables of the ZITADEL sandbox, once for each open database. Instances, organizations and their domains are kept in
 * versions, each with the time span in which it was the newest, so that a projection that lags behind can be asked. Times are
 * milliseconds since the Unix epoch; `name_folded` is the name in lower case.
 */
export function prepareZitadelTables(database: Database): void {
  if (prepared.has(database)) return;
  for (const table of TABLES) database.run(`CREATE TABLE IF NOT EXISTS ${table} WITHOUT ROWID`);
  for (const index of INDEXES) database.run(`CREATE INDEX IF NOT EXISTS ${index}`);
  prepared.add(database);
}

/** Empties every table but that of the system users, whose keys others hold; the default instance is made again when it is next needed. */
export function emptyZitadelTables(database: Database): void {
  prepareZitadelTables(database);
  database.transaction(() => {
    for (const table of TABLES) {
      const [name = ''] = table.split(' ', 1);
      if (name !== 'zitadel_system_user') database.run(`DELETE FROM ${name}`);
    }
  });
}
