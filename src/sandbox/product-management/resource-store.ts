import { v7 as uuid } from 'uuid';
import type { Database, Row } from '../database.ts';

/** One thing in a collection of an instance: whatever object was sent. */
export interface Resource {
  readonly id: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** A collection of one instance. */
export interface Place {
  readonly instanceId: string;
  readonly collection: string;
}

export function prepareResources(database: Database): void {
  database.run(`CREATE TABLE IF NOT EXISTS product_resource (
    instance_id TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (instance_id, collection, id)
  ) WITHOUT ROWID`);
}

export function insertResource(database: Database, { instanceId, collection }: Place, document: Resource['document']): Resource {
  const id = uuid();
  const sql = 'INSERT INTO product_resource (instance_id, collection, id, document) VALUES (?, ?, ?, ?)';
  database.run(sql, [instanceId, collection, id, JSON.stringify(document)]);
  return { id, document };
}

export function findResource(database: Database, { instanceId, collection }: Place, id: string): Resource | undefined {
  const sql = 'SELECT id, document FROM product_resource WHERE instance_id = ? AND collection = ? AND id = ?';
  const row = database.get(sql, [instanceId, collection, id]);
  return row && resourceFrom(row);
}

export function replaceResource(database: Database, { instanceId, collection }: Place, { id, document }: Resource): void {
  const sql = 'UPDATE product_resource SET document = ? WHERE instance_id = ? AND collection = ? AND id = ?';
  database.run(sql, [JSON.stringify(document), instanceId, collection, id]);
}

export function deleteResource(database: Database, { instanceId, collection }: Place, id: string): void {
  database.run('DELETE FROM product_resource WHERE instance_id = ? AND collection = ? AND id = ?', [instanceId, collection, id]);
}

/** A page of a collection in the order of creation, and how many there are in all. */
export function listResources(
  database: Database,
  { instanceId, collection }: Place,
  page: { readonly offset: number; readonly limit: number },
) {
  const where = 'FROM product_resource WHERE instance_id = ? AND collection = ?';
  const rows = database.all(`SELECT id, document ${where} ORDER BY id LIMIT ? OFFSET ?`, [instanceId, collection, page.limit, page.offset]);
  const total = Number(database.get(`SELECT count(*) AS total ${where}`, [instanceId, collection])?.['total']);
  return { resources: rows.map(resourceFrom), total };
}

function resourceFrom(row: Row): Resource {
  // It was written by `JSON.stringify` of an object.
  return { id: String(row['id']), document: JSON.parse(String(row['document'])) };
}
