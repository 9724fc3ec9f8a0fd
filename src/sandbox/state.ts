import type { Database } from './database.ts';
import { countMade } from './emptying.ts';
import { instanceElement, organizationDocument } from './flowkiwi/documents.ts';
import { findInstance } from './flowkiwi/instance-store.ts';
import { findOrganization } from './flowkiwi/organization-store.ts';
import { findInstance as findZitadelInstance } from './zitadel/store/instance-store.ts';
import { listMembers } from './zitadel/store/member-store.ts';
import { prepareZitadelTables } from './zitadel/store/tables.ts';
import { findUser } from './zitadel/store/user-store.ts';

/** How many organizations of each provider are read at most: the newest. */
const MOST = 1000;

/**
 * All that is in the sandbox, for those who test what a program has made there: organizations, instances and members of both providers, the newest
 * organizations first, each with the instances (Flowkiwi) or in the instance (ZITADEL) that it has. Of more than 1,000 the newest.
 */
export function readState(database: Database) {
  prepareZitadelTables(database);
  return {
    counts: countMade(database),
    flowkiwi: { organizations: flowkiwiOrganizations(database) },
    zitadel: { instances: zitadelInstances(database) },
  };
}

function idsOf(database: Database, sql: string, values: readonly (string | number)[]): readonly string[] {
  return database.all(sql, [...values]).map(({ id }) => String(id));
}

function flowkiwiOrganizations(database: Database) {
  const ids = idsOf(database, 'SELECT id FROM organization ORDER BY id DESC LIMIT ?', [MOST]);
  return ids.flatMap((id) => {
    const organization = findOrganization(database, id);
    if (organization === undefined) return [];
    const instances = idsOf(database, 'SELECT id FROM instance WHERE organization_id = ? ORDER BY created_at DESC, id DESC LIMIT ?', [
      id,
      MOST,
    ]);
    const documents = instances.flatMap((instance) => {
      const record = findInstance(database, instance);
      return record === undefined ? [] : [instanceElement(record, 'json')];
    });
    return [{ ...organizationDocument(organization, database, 'json'), instances: documents }];
  });
}

function zitadelInstances(database: Database) {
  const current = 'FROM zitadel_instance WHERE is_removed = 0 AND valid_until IS NULL';
  return idsOf(database, `SELECT id ${current} ORDER BY created_at DESC, id DESC LIMIT ?`, [MOST]).flatMap((id) => {
    const instance = findZitadelInstance(database, id);
    if (instance === undefined) return [];
    const { name, primaryDomain, createdAt } = instance;
    const created = new Date(createdAt).toISOString();
    return [{ id, name, primary_domain: primaryDomain, created_at: created, organizations: zitadelOrganizations(database, id) }];
  });
}

function zitadelOrganizations(database: Database, instanceId: string) {
  const sql = `SELECT id, name, state, primary_domain, created_at FROM zitadel_organization
    WHERE instance_id = ? AND state <> 'removed' AND valid_until IS NULL ORDER BY created_at DESC, id DESC LIMIT ?`;
  return database.all(sql, [instanceId, MOST]).map((row) => ({
    id: String(row['id']),
    name: String(row['name']),
    state: String(row['state']),
    primary_domain: String(row['primary_domain']),
    created_at: new Date(Number(row['created_at'])).toISOString(),
    members: listMembers(database, String(row['id'])).map(({ userId, roles }) => ({
      user_id: userId,
      user_name: findUser(database, userId)?.userName ?? null,
      roles,
    })),
  }));
}
