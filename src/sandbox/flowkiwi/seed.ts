import { findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { DEMO_EMAIL } from '../oauth/client.ts';
import { insertInstance, isHandleTaken } from './instance-store.ts';
import { insertOrganization } from './organization-store.ts';
import { prepareTables } from './tables.ts';

/** An organization that a sandbox has from the start, with its instances. */
export interface SeedOrganization {
  readonly name: string;
  /** Its own id; a new one when absent. */
  readonly id?: string;
  readonly instances: readonly { readonly name: string; readonly handle: string; readonly id?: string }[];
}

/**
 * Makes the organizations that are not there yet, owned by the demo partner, so that a data file can be seeded each time: one is known again by its id, by
 * a handle of it, or else by its name. What is there stays as it is.
 */
export async function seedIdentity(database: Database, organizations: AsyncIterable<SeedOrganization>, now: number): Promise<void> {
  prepareTables(database);
  const owner = findOrCreateAccount(database, DEMO_EMAIL);
  const there = idsByName(database);
  /** Several may have one name. */
  const taken = new Set<string>();
  for await (const organization of organizations) {
    database.transaction(() => {
      const organizationId =
        knownId(database, organization, { there, taken }) ??
        insertOrganization(database, organization.name, owner, now, organization.id).id;
      taken.add(organizationId);
      for (const { name, handle, id } of organization.instances) {
        if (!isHandleTaken(database, handle)) insertInstance(database, { name, handle, organizationId }, now, id);
      }
    });
  }
}

/** Of the organizations that are there already; looked up one by one, each name would be compared with all of them. */
function idsByName(database: Database): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, name } of database.all('SELECT id, name FROM organization ORDER BY id')) {
    const named = ids.get(String(name));
    if (named) named.push(String(id));
    else ids.set(String(name), [String(id)]);
  }
  return ids;
}

function knownId(
  database: Database,
  { id, name, instances }: SeedOrganization,
  { there, taken }: { readonly there: ReadonlyMap<string, readonly string[]>; readonly taken: ReadonlySet<string> },
): string | undefined {
  if (id !== undefined) return idIn(database, 'SELECT id FROM organization WHERE id = ?', id);
  for (const { handle } of instances) {
    const found = idIn(database, 'SELECT organization_id AS id FROM instance WHERE handle = ?', handle);
    if (found !== undefined) return found;
  }
  return there.get(name)?.find((one) => !taken.has(one));
}

function idIn(database: Database, sql: string, value: string): string | undefined {
  const id = database.get(sql, [value])?.['id'];
  return id === undefined ? undefined : String(id);
}
