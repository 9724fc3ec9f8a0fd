import type { Database } from '../../database.ts';
import { alreadyExists } from '../status.ts';

/** What may exist once, with what ZITADEL says about the second. All of them share one id (contract section 2.2). */
const TEXTS = {
  organization_name: "Organisation's name or id already taken",
  organization_domain: 'Domain already exists',
  user_name: 'User already exists',
  instance_domain: 'Errors.Instance.Domain.AlreadyExists',
  project_name: 'Project already exists on organization',
  app_name: 'Application already exists',
} as const;

export type UniqueKind = keyof typeof TEXTS;

/** Domains of instances are unique everywhere, the rest in its instance. */
const EVERYWHERE = '';

export interface UniqueValue {
  readonly kind: UniqueKind;
  readonly instanceId: string;
  readonly value: string;
}

/** Takes the value for its owner; case does not matter. Throws `V3-DKcYh` when it is taken. */
export function takeUnique(database: Database, unique: UniqueValue, ownerId: string): void {
  const taken = database.get(
    'INSERT INTO zitadel_unique_value (instance_id, kind, value, owner_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING value',
    [scopeOf(unique), unique.kind, unique.value.toLowerCase(), ownerId],
  );
  if (taken === undefined) throw alreadyExists('V3-DKcYh', TEXTS[unique.kind]);
}

export function releaseUnique(database: Database, unique: UniqueValue): void {
  const values = [scopeOf(unique), unique.kind, unique.value.toLowerCase()];
  database.run('DELETE FROM zitadel_unique_value WHERE instance_id = ? AND kind = ? AND value = ?', values);
}

/** Frees everything that the organization, user or instance has taken. */
export function releaseAllOf(database: Database, ownerId: string): void {
  database.run('DELETE FROM zitadel_unique_value WHERE owner_id = ?', [ownerId]);
}

/** Who has taken the value. */
export function uniqueOwner(database: Database, unique: UniqueValue): string | undefined {
  const values = [scopeOf(unique), unique.kind, unique.value.toLowerCase()];
  const row = database.get('SELECT owner_id FROM zitadel_unique_value WHERE instance_id = ? AND kind = ? AND value = ?', values);
  return row && String(row['owner_id']);
}

function scopeOf({ kind, instanceId }: UniqueValue): string {
  return kind === 'instance_domain' ? EVERYWHERE : instanceId;
}
