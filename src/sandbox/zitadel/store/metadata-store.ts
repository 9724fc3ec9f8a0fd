import type { Database } from '../../database.ts';

/** A value that somebody keeps with an organization; times are milliseconds since the Unix epoch. */
export interface MetadataRecord {
  readonly key: string;
  readonly value: Uint8Array;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** Keeps a value, in place of the one that the key had. */
export function putMetadata(
  database: Database,
  organizationId: string,
  { key, value }: Pick<MetadataRecord, 'key' | 'value'>,
  now: number,
): void {
  database.run(
    `INSERT INTO zitadel_organization_metadata (organization_id, key, value, created_at, changed_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (organization_id, key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at`,
    [organizationId, key, Buffer.from(value).toString('base64'), now, now],
  );
}

/** Removes a value. Answers whether there was one. */
export function removeMetadata(database: Database, organizationId: string, key: string): boolean {
  const sql = 'DELETE FROM zitadel_organization_metadata WHERE organization_id = ? AND key = ? RETURNING key';
  return database.get(sql, [organizationId, key]) !== undefined;
}

export function removeMetadataOf(database: Database, organizationId: string): void {
  database.run('DELETE FROM zitadel_organization_metadata WHERE organization_id = ?', [organizationId]);
}

/** The values of an organization by their keys. */
export function listMetadata(database: Database, organizationId: string): MetadataRecord[] {
  const rows = database.all('SELECT * FROM zitadel_organization_metadata WHERE organization_id = ? ORDER BY key', [organizationId]);
  return rows.map((row) => ({
    key: String(row['key']),
    value: Buffer.from(String(row['value']), 'base64'),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  }));
}
