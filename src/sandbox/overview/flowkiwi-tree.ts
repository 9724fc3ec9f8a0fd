import type { Database } from '../database.ts';
import { MOST_CHILDREN, MOST_ROOTS, type RootNode, type Tree } from './tree.ts';

/** Reads the newest organizations of Flowkiwi with their newest instances. */
export function readFlowkiwiTree(database: Database): Tree {
  const count = (sql: string, values: readonly string[] = []) => Number(database.get(sql, values)?.['total']);
  const roots = database.all('SELECT id, name FROM organization ORDER BY id DESC LIMIT ?', [MOST_ROOTS]).map((row): RootNode => {
    const id = String(row['id']);
    const sql = 'SELECT id, name, handle FROM instance WHERE organization_id = ? ORDER BY created_at DESC, id DESC LIMIT ?';
    const children = database
      .all(sql, [id, MOST_CHILDREN])
      .map((instance) => ({ id: String(instance['id']), name: String(instance['name']), label: String(instance['handle']) }));
    const isWhole = children.length < MOST_CHILDREN;
    const total = isWhole ? children.length : count('SELECT count(*) AS total FROM instance WHERE organization_id = ?', [id]);
    return { id, name: String(row['name']), label: '', children, childCount: total };
  });
  return {
    provider: 'Flowkiwi',
    rootNoun: 'organization',
    childNoun: 'instance',
    roots,
    rootCount: count('SELECT count(*) AS total FROM organization'),
    childCount: count('SELECT count(*) AS total FROM instance'),
  };
}
