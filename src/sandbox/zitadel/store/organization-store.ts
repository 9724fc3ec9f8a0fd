import type { Database, Row } from '../../database.ts';
import { NOW, type PointInTime, visible } from './point-in-time.ts';
import { releaseAllOf, releaseUnique, takeUnique } from './unique-values.ts';

export type OrganizationState = 'active' | 'inactive' | 'removed';

/** Times are milliseconds since the Unix epoch; `sequence` counts the events so far. */
export interface OrganizationRecord {
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly state: OrganizationState;
  /** Empty when it has none. */
  readonly primaryDomain: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly changedAt: number;
}

const COLUMNS = 'id, instance_id, name, state, primary_domain, sequence, created_at, changed_at';

/** Throws `V3-DKcYh` when the instance has an organization of that name, whatever its case. */
export function insertOrganization(database: Database, organization: OrganizationRecord): void {
  const { id, instanceId, name } = organization;
  takeUnique(database, { kind: 'organization_name', instanceId, value: name }, id);
  insertVersion(database, organization);
}

/** The organization at a point in time, by default as its events say, right after any change; a removed one has the state `removed`. */
export function findOrganization(database: Database, instanceId: string, id: string, at: PointInTime = NOW) {
  const sql = `SELECT ${COLUMNS} FROM zitadel_organization WHERE id = ? AND instance_id = ? AND ${visible('zitadel_organization')}`;
  const row = database.get(sql, [id, instanceId, at, at]);
  return row && organizationFrom(row);
}

/** Whether there is or was an organization of that id, in any instance. */
export function isOrganizationIdUsed(database: Database, id: string): boolean {
  return database.get('SELECT 1 FROM zitadel_organization WHERE id = ? LIMIT 1', [id]) !== undefined;
}

/** The organization whose primary domain that is, as the projection knows it. */
export function findOrganizationByPrimaryDomain(database: Database, instanceId: string, domain: string, at: PointInTime) {
  const row = database.get(
    `SELECT ${COLUMNS} FROM zitadel_organization
     WHERE instance_id = ? AND primary_domain = ? AND state <> 'removed' AND ${visible('zitadel_organization')}`,
    [instanceId, domain, at, at],
  );
  return row && organizationFrom(row);
}

/** Applies a change that consists of so many events, and answers the new version. Throws `V3-DKcYh` when the new name is taken. */
export function changeOrganization(
  database: Database,
  organization: OrganizationRecord,
  change: Partial<Pick<OrganizationRecord, 'name' | 'state' | 'primaryDomain'>>,
  events: number,
  now: number,
): OrganizationRecord {
  const { id, instanceId, name, sequence } = organization;
  const changed = { ...organization, ...change, sequence: sequence + events, changedAt: now };
  if (changed.name !== name) {
    releaseUnique(database, { kind: 'organization_name', instanceId, value: name });
    takeUnique(database, { kind: 'organization_name', instanceId, value: changed.name }, id);
  }
  if (changed.state === 'removed') releaseAllOf(database, id);
  database.run('UPDATE zitadel_organization SET valid_until = ? WHERE id = ? AND sequence = ?', [now, id, sequence]);
  insertVersion(database, changed);
  return changed;
}

/** Whether an organization has the name or the verified domain; both may hold wildcards of SQL, as on the real server (contract section 3.1). */
export function isOrganizationKnown(database: Database, instanceId: string, name: string, domain: string, at: PointInTime): boolean {
  const row = database.get(
    `SELECT 1 FROM zitadel_organization
     LEFT JOIN zitadel_organization_domain
       ON zitadel_organization_domain.organization_id = zitadel_organization.id AND ${visible('zitadel_organization_domain')}
     WHERE zitadel_organization.instance_id = ? AND state <> 'removed' AND ${visible('zitadel_organization')}
       AND ((? <> '' AND name_folded LIKE ? ESCAPE '\\') OR (? <> '' AND domain_folded LIKE ? ESCAPE '\\')) LIMIT 1`,
    [at, at, instanceId, at, at, name, name.toLowerCase(), domain, domain.toLowerCase()],
  );
  return row !== undefined;
}

/** The organizations of the instance that are not removed, the oldest first; `id` and `name` (whatever its case) leave out the others. */
export function listOrganizations(
  database: Database,
  instanceId: string,
  at: PointInTime,
  { id, name }: { readonly id?: string | undefined; readonly name?: string | undefined } = {},
): OrganizationRecord[] {
  const narrowed = `${id === undefined ? '' : 'AND id = ?'} ${name === undefined ? '' : 'AND name_folded = ?'}`;
  const sql = `SELECT ${COLUMNS} FROM zitadel_organization
    WHERE instance_id = ? AND state <> 'removed' AND ${visible('zitadel_organization')} ${narrowed} ORDER BY id`;
  return database.all(sql, [instanceId, at, at, ...[id, name?.toLowerCase()].filter((value) => value !== undefined)]).map(organizationFrom);
}

function organizationFrom(row: Row): OrganizationRecord {
  const state = row['state'];
  return {
    id: String(row['id']),
    instanceId: String(row['instance_id']),
    name: String(row['name']),
    state: state === 'inactive' || state === 'removed' ? state : 'active',
    primaryDomain: String(row['primary_domain']),
    sequence: Number(row['sequence']),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  };
}

function insertVersion(database: Database, organization: OrganizationRecord): void {
  const { id, instanceId, name, state, primaryDomain, sequence, createdAt, changedAt } = organization;
  database.run(
    `INSERT INTO zitadel_organization
       (id, instance_id, sequence, name, name_folded, state, primary_domain, created_at, changed_at, valid_from)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, instanceId, sequence, name, name.toLowerCase(), state, primaryDomain, createdAt, changedAt, changedAt],
  );
}
