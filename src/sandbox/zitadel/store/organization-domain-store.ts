import type { Database, Row } from '../../database.ts';
import { NOW, type PointInTime, visible } from './point-in-time.ts';
import { releaseUnique, takeUnique, uniqueOwner } from './unique-values.ts';

/** A domain of an organization; each is verified, as the default policy has it. */
export interface OrganizationDomainRecord {
  readonly organizationId: string;
  readonly instanceId: string;
  readonly domain: string;
  readonly sequence: number;
  readonly createdAt: number;
}

/** Throws `V3-DKcYh` when another organization of the instance has the domain. */
export function insertOrganizationDomain(database: Database, record: OrganizationDomainRecord): void {
  const { organizationId, instanceId, domain, sequence, createdAt } = record;
  takeUnique(database, { kind: 'organization_domain', instanceId, value: domain }, organizationId);
  database.run(
    `INSERT INTO zitadel_organization_domain (organization_id, instance_id, domain, domain_folded, sequence, created_at, valid_from)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [organizationId, instanceId, domain, domain.toLowerCase(), sequence, createdAt, createdAt],
  );
}

export function removeOrganizationDomain(database: Database, record: OrganizationDomainRecord, now: number): void {
  const { organizationId, instanceId, domain, sequence } = record;
  releaseUnique(database, { kind: 'organization_domain', instanceId, value: domain });
  const sql = 'UPDATE zitadel_organization_domain SET valid_until = ? WHERE organization_id = ? AND domain = ? AND sequence = ?';
  database.run(sql, [now, organizationId, domain, sequence]);
}

/** The domains of an organization in the order in which they were added. */
export function listOrganizationDomains(database: Database, organizationId: string, at: PointInTime = NOW): OrganizationDomainRecord[] {
  const sql = `SELECT organization_id, instance_id, domain, sequence, created_at FROM zitadel_organization_domain
    WHERE organization_id = ? AND ${visible('zitadel_organization_domain')} ORDER BY sequence`;
  return database.all(sql, [organizationId, at, at]).map(domainFrom);
}

/** The organization that has verified the domain. */
export function organizationOfDomain(database: Database, instanceId: string, domain: string): string | undefined {
  return uniqueOwner(database, { kind: 'organization_domain', instanceId, value: domain });
}

function domainFrom(row: Row): OrganizationDomainRecord {
  return {
    organizationId: String(row['organization_id']),
    instanceId: String(row['instance_id']),
    domain: String(row['domain']),
    sequence: Number(row['sequence']),
    createdAt: Number(row['created_at']),
  };
}
