import type { Database } from '../database.ts';
import { prepareZitadelTables } from '../zitadel/store/tables.ts';
import { MOST_CHILDREN, MOST_ROOTS, type RootNode, type Tree } from './tree.ts';

const INSTANCES = 'FROM zitadel_instance WHERE is_removed = 0 AND valid_until IS NULL';
const ORGANIZATIONS = "FROM zitadel_organization WHERE state <> 'removed' AND valid_until IS NULL";

/** Reads the newest instances of ZITADEL with their newest organizations. There is none before the first request to that API. */
export function readZitadelTree(database: Database): Tree {
  prepareZitadelTables(database);
  const count = (sql: string, values: readonly string[] = []) => Number(database.get(`SELECT count(*) AS total ${sql}`, values)?.['total']);
  const newest = 'ORDER BY created_at DESC, id DESC LIMIT ?';
  const node = (row: Readonly<Record<string, unknown>>) => ({
    id: String(row['id']),
    name: String(row['name']),
    label: String(row['primary_domain']),
  });
  const roots = database.all(`SELECT id, name, primary_domain ${INSTANCES} ${newest}`, [MOST_ROOTS]).map((row): RootNode => {
    const instance = node(row);
    const inInstance = `${ORGANIZATIONS} AND instance_id = ?`;
    const children = database.all(`SELECT id, name, primary_domain ${inInstance} ${newest}`, [instance.id, MOST_CHILDREN]).map(node);
    return { ...instance, children, childCount: children.length < MOST_CHILDREN ? children.length : count(inInstance, [instance.id]) };
  });
  return {
    provider: 'ZITADEL',
    rootNoun: 'instance',
    childNoun: 'organization',
    roots,
    rootCount: count(INSTANCES),
    childCount: roots.length === 0 ? 0 : count(ORGANIZATIONS),
  };
}
