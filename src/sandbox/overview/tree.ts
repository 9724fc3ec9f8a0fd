import type { Database, Row } from '../database.ts';

/** What is in the sandbox, as far as it is shown: the newest first. */
export interface Tree {
  readonly organizationCount: number;
  readonly instanceCount: number;
  readonly organizations: readonly OrganizationNode[];
}

export interface OrganizationNode {
  readonly id: string;
  readonly name: string;
  readonly instanceCount: number;
  readonly instances: readonly { readonly id: string; readonly name: string; readonly handle: string }[];
}

const MOST_ORGANIZATIONS = 50;
const MOST_INSTANCES = 20;

/** Reads the newest organizations with their newest instances. */
export function readTree(database: Database): Tree {
  const count = (sql: string, values: readonly string[] = []) => Number(database.get(sql, values)?.['total']);
  const organizations = database
    .all('SELECT id, name FROM organization ORDER BY id DESC LIMIT ?', [MOST_ORGANIZATIONS])
    .map((row): OrganizationNode => {
      const id = String(row['id']);
      const sql = 'SELECT id, name, handle FROM instance WHERE organization_id = ? ORDER BY created_at DESC, id DESC LIMIT ?';
      const instances = database.all(sql, [id, MOST_INSTANCES]).map(instanceNode);
      const isWhole = instances.length < MOST_INSTANCES;
      const total = isWhole ? instances.length : count('SELECT count(*) AS total FROM instance WHERE organization_id = ?', [id]);
      return { id, name: String(row['name']), instances, instanceCount: total };
    });
  return {
    organizations,
    organizationCount: count('SELECT count(*) AS total FROM organization'),
    instanceCount: count('SELECT count(*) AS total FROM instance'),
  };
}

function instanceNode(row: Row): OrganizationNode['instances'][number] {
  return { id: String(row['id']), name: String(row['name']), handle: String(row['handle']) };
}
