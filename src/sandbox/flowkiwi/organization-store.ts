import { v7 as uuid } from 'uuid';
import { type Account, findAccount } from '../accounts.ts';
import type { Database, Row } from '../database.ts';

export type Role = 'owner' | 'member';

/** Times are milliseconds since the Unix epoch. */
export interface OrganizationRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MemberRecord {
  readonly account: Account;
  readonly role: Role;
  readonly joinedAt: number;
}

/** Makes the organization with the account as its sole owner (contract section 2.2). */
export function insertOrganization(database: Database, name: string, owner: Account, now: number, id = uuid()): OrganizationRecord {
  const organization = { id, name, createdAt: now, updatedAt: now };
  database.transaction(() => {
    database.run('INSERT INTO organization (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)', [organization.id, name, now, now]);
    putMember(database, organization.id, owner, 'owner', now);
  });
  return organization;
}

export function findOrganization(database: Database, id: string): OrganizationRecord | undefined {
  const row = database.get('SELECT id, name, created_at, updated_at FROM organization WHERE id = ?', [id]);
  return row && organizationFrom(row);
}

export function renameOrganization(database: Database, organization: OrganizationRecord, name: string, now: number): OrganizationRecord {
  if (name === organization.name) return organization;
  database.run('UPDATE organization SET name = ?, updated_at = ? WHERE id = ?', [name, now, organization.id]);
  return { ...organization, name, updatedAt: now };
}

export function deleteOrganization(database: Database, id: string): void {
  database.transaction(() => {
    database.run('DELETE FROM authorized_organization WHERE organization_id = ?', [id]);
    database.run('DELETE FROM membership WHERE organization_id = ?', [id]);
    database.run('DELETE FROM organization WHERE id = ?', [id]);
  });
}

/** Adds the account, or changes its role. */
export function putMember(database: Database, organizationId: string, account: Account, role: Role, now: number): void {
  database.run(
    `INSERT INTO membership (organization_id, account_id, role, joined_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (organization_id, account_id) DO UPDATE SET role = excluded.role`,
    [organizationId, account.id, role, now],
  );
}

export function roleOf(database: Database, organizationId: string, account: Account): Role | undefined {
  const row = database.get('SELECT role FROM membership WHERE organization_id = ? AND account_id = ?', [organizationId, account.id]);
  return row && roleFrom(row);
}

/** Everybody in the organization, in the order of joining. */
export function listMembers(database: Database, organizationId: string): MemberRecord[] {
  const sql = 'SELECT account_id, role, joined_at FROM membership WHERE organization_id = ? ORDER BY joined_at, account_id';
  return database.all(sql, [organizationId]).flatMap((row) => {
    const account = findAccount(database, String(row['account_id']));
    return account ? [{ account, role: roleFrom(row), joinedAt: Number(row['joined_at']) }] : [];
  });
}

function organizationFrom(row: Row): OrganizationRecord {
  return {
    id: String(row['id']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  };
}

function roleFrom(row: Row): Role {
  return row['role'] === 'owner' ? 'owner' : 'member';
}
