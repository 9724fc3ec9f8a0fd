import type { Database } from '../../database.ts';

/** How the table writes the whole instance. */
const INSTANCE = '';

/** Gives the user roles in the whole instance (`organizationId` undefined) or in one organization; no roles end the membership. */
export function putMember(database: Database, userId: string, organizationId: string | undefined, roles: readonly string[]): void {
  if (roles.length === 0) {
    database.run('DELETE FROM zitadel_member WHERE user_id = ? AND organization_id = ?', [userId, organizationId ?? INSTANCE]);
    return;
  }
  database.run(
    `INSERT INTO zitadel_member (user_id, organization_id, roles) VALUES (?, ?, ?)
     ON CONFLICT (user_id, organization_id) DO UPDATE SET roles = excluded.roles`,
    [userId, organizationId ?? INSTANCE, roles.join(' ')],
  );
}

export function removeMemberships(database: Database, userId: string): void {
  database.run('DELETE FROM zitadel_member WHERE user_id = ?', [userId]);
}

/** The members of an organization, the first one first. */
export function listMembers(database: Database, organizationId: string) {
  const rows = database.all('SELECT user_id, roles FROM zitadel_member WHERE organization_id = ? ORDER BY user_id', [organizationId]);
  return rows.map((row) => ({ userId: String(row['user_id']), roles: String(row['roles']).split(' ') }));
}

/** The roles of the user as a member of the organization, or of the whole instance; undefined for no member. */
export function memberRolesOf(database: Database, userId: string, organizationId: string | undefined): string[] | undefined {
  const sql = 'SELECT roles FROM zitadel_member WHERE user_id = ? AND organization_id = ?';
  const row = database.get(sql, [userId, organizationId ?? INSTANCE]);
  return row && String(row['roles']).split(' ');
}

/** The roles of the user that count in an organization: those in the whole instance, and those in it. */
export function rolesOf(database: Database, userId: string, organizationId: string): string[] {
  const sql = 'SELECT roles FROM zitadel_member WHERE user_id = ? AND organization_id IN (?, ?)';
  return database.all(sql, [userId, INSTANCE, organizationId]).flatMap((row) => String(row['roles']).split(' '));
}
