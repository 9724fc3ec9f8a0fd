import type { Database, Row } from '../../database.ts';
import { NOW, type PointInTime, visible } from './point-in-time.ts';
import { releaseUnique, takeUnique } from './unique-values.ts';

export interface InstanceDomainRecord {
  readonly instanceId: string;
  readonly domain: string;
  /** Made from the name of the instance; cannot be removed. */
  readonly isGenerated: boolean;
  readonly sequence: number;
  readonly createdAt: number;
}

const COLUMNS = 'instance_id, domain, is_generated, sequence, created_at';

/** Throws `V3-DKcYh` when any instance has the domain. */
export function insertInstanceDomain(database: Database, record: InstanceDomainRecord): void {
  const { instanceId, domain, isGenerated, sequence, createdAt } = record;
  takeUnique(database, { kind: 'instance_domain', instanceId, value: domain }, instanceId);
  database.run(`INSERT INTO zitadel_instance_domain (${COLUMNS}, valid_from) VALUES (?, ?, ?, ?, ?, ?)`, [
    instanceId,
    domain,
    isGenerated ? 1 : 0,
    sequence,
    createdAt,
    createdAt,
  ]);
}

export function removeInstanceDomain(database: Database, { instanceId, domain, sequence }: InstanceDomainRecord, now: number): void {
  releaseUnique(database, { kind: 'instance_domain', instanceId, value: domain });
  const sql = 'UPDATE zitadel_instance_domain SET valid_until = ? WHERE instance_id = ? AND domain = ? AND sequence = ?';
  database.run(sql, [now, instanceId, domain, sequence]);
}

/** The domains of an instance in the order in which they were added. */
export function listInstanceDomains(database: Database, instanceId: string, at: PointInTime): InstanceDomainRecord[] {
  const sql = `SELECT ${COLUMNS} FROM zitadel_instance_domain
    WHERE instance_id = ? AND ${visible('zitadel_instance_domain')} ORDER BY sequence`;
  return database.all(sql, [instanceId, at, at]).map(domainFrom);
}

/** The id of the instance that answers at the host (without its port); case matters. */
export function instanceOfDomain(database: Database, domain: string, at: PointInTime = NOW): string | undefined {
  const sql = `SELECT instance_id FROM zitadel_instance_domain WHERE domain = ? AND ${visible('zitadel_instance_domain')}`;
  const row = database.get(sql, [domain, at, at]);
  return row && String(row['instance_id']);
}

/** Whether any instance has the domain, whatever its case. */
export function isDomainOfInstance(database: Database, domain: string, at: PointInTime): boolean {
  const sql = `SELECT 1 FROM zitadel_instance_domain WHERE domain = ? COLLATE NOCASE AND ${visible('zitadel_instance_domain')} LIMIT 1`;
  return database.get(sql, [domain, at, at]) !== undefined;
}

function domainFrom(row: Row): InstanceDomainRecord {
  return {
    instanceId: String(row['instance_id']),
    domain: String(row['domain']),
    isGenerated: row['is_generated'] === 1,
    sequence: Number(row['sequence']),
    createdAt: Number(row['created_at']),
  };
}
