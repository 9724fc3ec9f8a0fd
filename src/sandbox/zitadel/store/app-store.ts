import type { Database, Row } from '../../database.ts';
import { type AppSettings, readSettings, writeSettings } from '../rules/app-settings.ts';
import { releaseAllOf, takeUnique } from './unique-values.ts';

/** An app of a project: what OAuth calls a client, or an API that asks whose tokens it gets. */
export interface AppRecord {
  readonly id: string;
  readonly projectId: string;
  readonly instanceId: string;
  readonly name: string;
  readonly clientId: string;
  readonly settings: AppSettings;
  /** Undefined when it has no secret. */
  readonly secretHash: string | undefined;
  /** In milliseconds since the Unix epoch, as the next. */
  readonly createdAt: number;
  readonly changedAt: number;
}

const COLUMNS = 'id, project_id, instance_id, name, client_id, kind, settings, secret_hash, created_at, changed_at';

/** Throws `V3-DKcYh` when the project has an app of that name. */
export function insertApp(database: Database, app: AppRecord): void {
  takeUnique(database, { kind: 'app_name', instanceId: app.instanceId, value: `${app.projectId}/${app.name}` }, app.id);
  const { id, projectId, instanceId, name, clientId, settings, secretHash, createdAt, changedAt } = app;
  const values = [id, projectId, instanceId, name, clientId, settings.case, writeSettings(settings), secretHash ?? null];
  database.run(`INSERT INTO zitadel_app (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [...values, createdAt, changedAt]);
}

/** Gives the app other settings and, where one is named, another secret. */
export function changeApp(database: Database, { id, settings, secretHash, changedAt }: AppRecord): void {
  database.run('UPDATE zitadel_app SET settings = ?, secret_hash = ?, changed_at = ? WHERE id = ?', [
    writeSettings(settings),
    secretHash ?? null,
    changedAt,
    id,
  ]);
}

/** The app of that id in the project. */
export function findApp(database: Database, projectId: string, id: string): AppRecord | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM zitadel_app WHERE id = ? AND project_id = ?`, [id, projectId]);
  return row && appFrom(row);
}

/** The app that signs in under that client id at the instance. */
export function findAppOfClient(database: Database, instanceId: string, clientId: string): AppRecord | undefined {
  if (clientId.includes('\0')) return undefined;
  const row = database.get(`SELECT ${COLUMNS} FROM zitadel_app WHERE client_id = ? AND instance_id = ?`, [clientId, instanceId]);
  return row && appFrom(row);
}

/** The apps of a project, the first one first. */
export function listApps(database: Database, projectId: string): AppRecord[] {
  return database.all(`SELECT ${COLUMNS} FROM zitadel_app WHERE project_id = ? ORDER BY id`, [projectId]).map(appFrom);
}

/** Removes an app with its keys. */
export function removeApp(database: Database, id: string): void {
  releaseAllOf(database, id);
  database.run('DELETE FROM zitadel_app_key WHERE app_id = ?', [id]);
  database.run('DELETE FROM zitadel_app WHERE id = ?', [id]);
}

/** Removes the apps of a project with their keys. */
export function removeAppsOf(database: Database, projectId: string): void {
  for (const { id } of listApps(database, projectId)) removeApp(database, id);
}

function appFrom(row: Row): AppRecord {
  return {
    id: String(row['id']),
    projectId: String(row['project_id']),
    instanceId: String(row['instance_id']),
    name: String(row['name']),
    clientId: String(row['client_id']),
    settings: readSettings(row['kind'], String(row['settings'])),
    secretHash: row['secret_hash'] === null ? undefined : String(row['secret_hash']),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  };
}
