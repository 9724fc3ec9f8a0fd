import type { Database } from '../../database.ts';

/** Blocks an instance, or lifts its block. */
export function putBlock(database: Database, instanceId: string, isBlocked: boolean): void {
  database.run(
    'INSERT INTO zitadel_limits (instance_id, is_blocked) VALUES (?, ?) ON CONFLICT (instance_id) DO UPDATE SET is_blocked = excluded.is_blocked',
    [instanceId, isBlocked ? 1 : 0],
  );
}

export function isInstanceBlocked(database: Database, instanceId: string): boolean {
  return database.get('SELECT is_blocked FROM zitadel_limits WHERE instance_id = ?', [instanceId])?.['is_blocked'] === 1;
}
