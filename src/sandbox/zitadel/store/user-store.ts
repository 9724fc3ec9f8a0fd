import type { Database, Row } from '../../database.ts';
import { releaseAllOf, takeUnique, uniqueOwner } from './unique-values.ts';

/** A human or machine user of an instance. */
export interface UserRecord {
  readonly id: string;
  readonly instanceId: string;
  /** The organization that it belongs to. */
  readonly organizationId: string;
  readonly userName: string;
  readonly kind: 'human' | 'machine';
  /** Names, e-mail address, phone and so on, as they were given; never a password. */
  readonly profile: Readonly<Record<string, unknown>>;
  /** The account of the sandbox that signs in as this user. */
  readonly accountId: string | undefined;
}

const COLUMNS = 'id, instance_id, organization_id, user_name, kind, profile, account_id';

/** Throws `V3-DKcYh` when the instance has a user of that name. */
export function insertUser(database: Database, user: UserRecord): void {
  const { id, instanceId, organizationId, userName, kind, profile, accountId } = user;
  takeUnique(database, { kind: 'user_name', instanceId, value: userName }, id);
  database.run(`INSERT INTO zitadel_user (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`, [
    id,
    instanceId,
    organizationId,
    userName,
    kind,
    JSON.stringify(profile),
    accountId ?? null,
  ]);
}

export function findUser(database: Database, id: string): UserRecord | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM zitadel_user WHERE id = ?`, [id]);
  return row && userFrom(row);
}

/** The user as which an account of the sandbox signs in. */
export function findUserOfAccount(database: Database, accountId: string): UserRecord | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM zitadel_user WHERE account_id = ? OR id = ?`, [accountId, accountId]);
  return row && userFrom(row);
}

/** The person of that user name (whatever its case) as whom nobody signs in yet. */
export function findUnclaimedHuman(database: Database, instanceId: string, userName: string): UserRecord | undefined {
  const id = uniqueOwner(database, { kind: 'user_name', instanceId, value: userName });
  const user = id === undefined ? undefined : findUser(database, id);
  return user?.kind === 'human' && user.accountId === undefined ? user : undefined;
}

/** Lets an account of the sandbox sign in as the user. */
export function claimUser(database: Database, user: UserRecord, accountId: string): UserRecord {
  database.run('UPDATE zitadel_user SET account_id = ? WHERE id = ?', [accountId, user.id]);
  return { ...user, accountId };
}

/** The users that belong to an organization, the first one first. */
export function listUsersOf(database: Database, organizationId: string): UserRecord[] {
  return database.all(`SELECT ${COLUMNS} FROM zitadel_user WHERE organization_id = ? ORDER BY id`, [organizationId]).map(userFrom);
}

/** The users of all organizations of an instance, the first one first. */
export function listUsersOfInstance(database: Database, instanceId: string): UserRecord[] {
  return database.all(`SELECT ${COLUMNS} FROM zitadel_user WHERE instance_id = ? ORDER BY id`, [instanceId]).map(userFrom);
}

/** Removes the users of an organization with all that lets them in. */
export function removeUsersOf(database: Database, organizationId: string): void {
  for (const row of database.all('SELECT id FROM zitadel_user WHERE organization_id = ?', [organizationId])) {
    const id = String(row['id']);
    releaseAllOf(database, id);
    for (const table of ['zitadel_personal_access_token', 'zitadel_machine_key', 'zitadel_machine_secret', 'zitadel_member']) {
      database.run(`DELETE FROM ${table} WHERE user_id = ?`, [id]);
    }
    database.run('DELETE FROM zitadel_user WHERE id = ?', [id]);
  }
  database.run('DELETE FROM zitadel_member WHERE organization_id = ?', [organizationId]);
}

function userFrom(row: Row): UserRecord {
  const profile: Readonly<Record<string, unknown>> = JSON.parse(String(row['profile']));
  return {
    id: String(row['id']),
    instanceId: String(row['instance_id']),
    organizationId: String(row['organization_id']),
    userName: String(row['user_name']),
    kind: row['kind'] === 'machine' ? 'machine' : 'human',
    profile,
    accountId: row['account_id'] === null ? undefined : String(row['account_id']),
  };
}
