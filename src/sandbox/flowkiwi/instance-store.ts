import { v7 as uuid } from 'uuid';
import type { Database, Row, SqlValue } from '../database.ts';
import type { Listing, SortField } from './listing.ts';

/** Times are milliseconds since the Unix epoch. */
export interface InstanceRecord {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly organizationId: string;
  readonly createdByOrganizationId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const COLUMNS = 'id, name, handle, organization_id, created_by_organization_id, created_at, updated_at';

const SORT_COLUMNS: Readonly<Record<SortField, string>> = {
  name: 'name_folded',
  handle: 'handle',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
};

/** Makes the instance. The handle must be free (`isHandleTaken`). */
export function insertInstance(
  database: Database,
  { name, handle, organizationId }: { name: string; handle: string; organizationId: string },
  now: number,
  id = uuid(),
): InstanceRecord {
  database.run(`INSERT INTO instance (${COLUMNS}, name_folded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
    id,
    name,
    handle,
    organizationId,
    organizationId,
    now,
    now,
    fold(name),
  ]);
  return { id, name, handle, organizationId, createdByOrganizationId: organizationId, createdAt: now, updatedAt: now };
}

export function findInstance(database: Database, id: string): InstanceRecord | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM instance WHERE id = ?`, [id]);
  return row && instanceFrom(row);
}

/** Handles are unique over all organizations (contract section 3.2). */
export function findInstanceByHandle(database: Database, handle: string): InstanceRecord | undefined {
  const row = database.get('SELECT id FROM instance WHERE handle = ?', [handle]);
  return row && findInstance(database, String(row['id']));
}

export function isHandleTaken(database: Database, handle: string): boolean {
  return database.get('SELECT 1 FROM instance WHERE handle = ?', [handle]) !== undefined;
}

export function hasInstances(database: Database, organizationId: string): boolean {
  return database.get('SELECT 1 FROM instance WHERE organization_id = ? LIMIT 1', [organizationId]) !== undefined;
}

export function renameInstance(database: Database, instance: InstanceRecord, name: string, now: number): InstanceRecord {
  if (name === instance.name) return instance;
  database.run('UPDATE instance SET name = ?, name_folded = ?, updated_at = ? WHERE id = ?', [name, fold(name), now, instance.id]);
  return { ...instance, name, updatedAt: now };
}

/** Deletes it with what its product management holds. */
export function deleteInstance(database: Database, id: string): void {
  database.transaction(() => {
    database.run('DELETE FROM product_resource WHERE instance_id = ?', [id]);
    database.run('DELETE FROM authorized_organization WHERE instance_id = ?', [id]);
    database.run('DELETE FROM instance WHERE id = ?', [id]);
  });
}

/** Deletes the instances of the organization. Answers how many there were. */
export function deleteInstancesOf(database: Database, organizationId: string): number {
  const rows = database.all('SELECT id FROM instance WHERE organization_id = ?', [organizationId]);
  for (const row of rows) deleteInstance(database, String(row['id']));
  return rows.length;
}

export function authorizeOrganization(database: Database, instanceId: string, organizationId: string): void {
  database.run('INSERT OR IGNORE INTO authorized_organization (instance_id, organization_id) VALUES (?, ?)', [instanceId, organizationId]);
}

export function isAuthorized(database: Database, instanceId: string, organizationId: string): boolean {
  const sql = 'SELECT 1 FROM authorized_organization WHERE instance_id = ? AND organization_id = ?';
  return database.get(sql, [instanceId, organizationId]) !== undefined;
}

/** Gives the instance to another organization, whose authorization is used up by it. The handle stays (contract section 3.7). */
export function transferInstance(database: Database, instance: InstanceRecord, organizationId: string, now: number): InstanceRecord {
  database.transaction(() => {
    database.run('UPDATE instance SET organization_id = ?, updated_at = ? WHERE id = ?', [organizationId, now, instance.id]);
    database.run('DELETE FROM authorized_organization WHERE instance_id = ? AND organization_id = ?', [instance.id, organizationId]);
  });
  return { ...instance, organizationId, updatedAt: now };
}

/** The ids of one page of the organization's instances, and how many match in all. */
export function listInstanceIds(
  database: Database,
  organizationId: string,
  { filters, order, page, itemsPerPage }: Listing,
): { readonly ids: readonly string[]; readonly totalItems: number } {
  const conditions = ['organization_id = ?'];
  const values: SqlValue[] = [organizationId];
  for (const [column, text] of [
    ['name_folded', filters.name],
    ['handle', filters.handle],
  ] as const) {
    if (text === undefined) continue;
    if (text.includes('\0')) return { ids: [], totalItems: 0 };
    conditions.push(`instr(${column}, ?) > 0`);
    values.push(fold(text));
  }
  const where = conditions.join(' AND ');
  const totalItems = Number(database.get(`SELECT count(*) AS total FROM instance WHERE ${where}`, values)?.['total']);
  const sorting = order.map(({ field, direction }) => `${SORT_COLUMNS[field]} ${direction}`);
  // Identifiers grow with time, so equal keys keep the order of creation.
  sorting.push(`id ${order.at(-1)?.direction ?? 'asc'}`);
  const offset = Math.min((page - 1) * itemsPerPage, Number.MAX_SAFE_INTEGER);
  const sql = `SELECT id FROM instance WHERE ${where} ORDER BY ${sorting.join(', ')} LIMIT ? OFFSET ?`;
  return { ids: database.all(sql, [...values, itemsPerPage, offset]).map(({ id }) => String(id)), totalItems };
}

function instanceFrom(row: Row): InstanceRecord {
  return {
    id: String(row['id']),
    name: String(row['name']),
    handle: String(row['handle']),
    organizationId: String(row['organization_id']),
    createdByOrganizationId: String(row['created_by_organization_id']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  };
}

function fold(text: string): string {
  return text.toLowerCase();
}
