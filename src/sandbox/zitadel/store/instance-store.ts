import type { Database, Row } from '../../database.ts';
import { NOW, type PointInTime, visible } from './point-in-time.ts';
import { releaseAllOf } from './unique-values.ts';

/** Times are milliseconds since the Unix epoch; `sequence` counts the events so far. */
export interface InstanceRecord {
  readonly id: string;
  readonly name: string;
  readonly isRemoved: boolean;
  readonly primaryDomain: string;
  readonly defaultOrganizationId: string;
  /** The organization that holds the ZITADEL project. */
  readonly firstOrganizationId: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly changedAt: number;
}

const COLUMNS = 'id, name, is_removed, primary_domain, default_organization_id, first_organization_id, sequence, created_at, changed_at';

export function insertInstance(database: Database, instance: InstanceRecord): void {
  const { id, name, isRemoved, primaryDomain, defaultOrganizationId, firstOrganizationId, sequence, createdAt, changedAt } = instance;
  database.run(`INSERT INTO zitadel_instance (${COLUMNS}, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
    id,
    name,
    isRemoved ? 1 : 0,
    primaryDomain,
    defaultOrganizationId,
    firstOrganizationId,
    sequence,
    createdAt,
    changedAt,
    changedAt,
  ]);
}

/** The instance at a point in time; undefined when there was none, or it was removed. */
export function findInstance(database: Database, id: string, at: PointInTime = NOW): InstanceRecord | undefined {
  const sql = `SELECT ${COLUMNS} FROM zitadel_instance WHERE id = ? AND is_removed = 0 AND ${visible('zitadel_instance')}`;
  const row = database.get(sql, [id, at, at]);
  return row && instanceFrom(row);
}

/** Every instance at a point in time, the oldest first. */
export function listInstances(database: Database, at: PointInTime): InstanceRecord[] {
  const sql = `SELECT ${COLUMNS} FROM zitadel_instance WHERE is_removed = 0 AND ${visible('zitadel_instance')} ORDER BY created_at, id`;
  return database.all(sql, [at, at]).map(instanceFrom);
}

/** Applies a change that consists of so many events, and answers the new version. */
export function changeInstance(
  database: Database,
  instance: InstanceRecord,
  change: Partial<Pick<InstanceRecord, 'name' | 'isRemoved' | 'primaryDomain' | 'defaultOrganizationId'>>,
  events: number,
  now: number,
): InstanceRecord {
  const changed = { ...instance, ...change, sequence: instance.sequence + events, changedAt: now };
  if (changed.isRemoved) releaseAllOf(database, instance.id);
  const sql = 'UPDATE zitadel_instance SET valid_until = ? WHERE id = ? AND sequence = ?';
  database.run(sql, [now, instance.id, instance.sequence]);
  insertInstance(database, changed);
  return changed;
}

function instanceFrom(row: Row): InstanceRecord {
  return {
    id: String(row['id']),
    name: String(row['name']),
    isRemoved: row['is_removed'] === 1,
    primaryDomain: String(row['primary_domain']),
    defaultOrganizationId: String(row['default_organization_id']),
    firstOrganizationId: String(row['first_organization_id']),
    sequence: Number(row['sequence']),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  };
}
