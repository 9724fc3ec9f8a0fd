import type { Database, Row } from '../../database.ts';
import { removeAppsOf } from './app-store.ts';
import { releaseAllOf, takeUnique } from './unique-values.ts';

/** A project of an organization, which holds apps. */
export interface ProjectRecord {
  readonly id: string;
  readonly instanceId: string;
  readonly organizationId: string;
  readonly name: string;
  /** In milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

const COLUMNS = 'id, instance_id, organization_id, name, created_at';

/** Throws `V3-DKcYh` when the organization has a project of that name. */
export function insertProject(database: Database, project: ProjectRecord): void {
  const { id, instanceId, organizationId, name, createdAt } = project;
  takeUnique(database, { kind: 'project_name', instanceId, value: `${organizationId}/${name}` }, id);
  database.run(`INSERT INTO zitadel_project (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`, [id, instanceId, organizationId, name, createdAt]);
}

/** The project of that id in the organization. */
export function findProject(database: Database, organizationId: string, id: string): ProjectRecord | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM zitadel_project WHERE id = ? AND organization_id = ?`, [id, organizationId]);
  return row && projectFrom(row);
}

/** The projects of an organization, the first one first. */
export function listProjects(database: Database, organizationId: string): ProjectRecord[] {
  return database.all(`SELECT ${COLUMNS} FROM zitadel_project WHERE organization_id = ? ORDER BY id`, [organizationId]).map(projectFrom);
}

/** Removes a project with its apps. */
export function removeProject(database: Database, id: string): void {
  removeAppsOf(database, id);
  releaseAllOf(database, id);
  database.run('DELETE FROM zitadel_project WHERE id = ?', [id]);
}

/** Removes the projects of an organization with their apps. */
export function removeProjectsOf(database: Database, organizationId: string): void {
  for (const { id } of listProjects(database, organizationId)) removeProject(database, id);
}

function projectFrom(row: Row): ProjectRecord {
  return {
    id: String(row['id']),
    instanceId: String(row['instance_id']),
    organizationId: String(row['organization_id']),
    name: String(row['name']),
    createdAt: Number(row['created_at']),
  };
}
