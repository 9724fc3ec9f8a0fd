import type { Database, Row } from '../../database.ts';
import type { PointInTime } from './point-in-time.ts';
import { NOW } from './point-in-time.ts';

/** A domain that an organization has not verified yet; several organizations may claim the same. */
export interface DomainClaim {
  readonly organizationId: string;
  readonly domain: string;
  readonly sequence: number;
  readonly createdAt: number;
  /** How it is to be verified; undefined while no token was made. */
  readonly method: 'dns' | 'http' | undefined;
}

/** Adds a claim, or replaces the one of that organization. */
export function putDomainClaim(database: Database, { organizationId, domain, sequence, createdAt, method }: DomainClaim): void {
  database.run(
    `INSERT INTO zitadel_domain_claim (organization_id, domain, sequence, created_at, method) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (organization_id, domain) DO UPDATE SET method = excluded.method`,
    [organizationId, domain, sequence, createdAt, method ?? null],
  );
}

export function removeDomainClaim(database: Database, { organizationId, domain }: Pick<DomainClaim, 'organizationId' | 'domain'>): void {
  database.run('DELETE FROM zitadel_domain_claim WHERE organization_id = ? AND domain = ?', [organizationId, domain]);
}

/** Takes all claims of an organization away. */
export function removeDomainClaimsOf(database: Database, organizationId: string): void {
  database.run('DELETE FROM zitadel_domain_claim WHERE organization_id = ?', [organizationId]);
}

/** The claims of an organization, the first one first. */
export function listDomainClaims(database: Database, organizationId: string, at: PointInTime = NOW): DomainClaim[] {
  const sql = 'SELECT * FROM zitadel_domain_claim WHERE organization_id = ? AND created_at <= ? ORDER BY sequence';
  return database.all(sql, [organizationId, at]).map(claimFrom);
}

function claimFrom(row: Row): DomainClaim {
  const { method } = row;
  return {
    organizationId: String(row['organization_id']),
    domain: String(row['domain']),
    sequence: Number(row['sequence']),
    createdAt: Number(row['created_at']),
    method: method === 'dns' || method === 'http' ? method : undefined,
  };
}
