import type { Database } from './database.ts';
import { type Emptied, emptyTables } from './flowkiwi/tables.ts';
import { EXTERNAL_DOMAIN } from './zitadel/rules/domains.ts';
import { instanceOfDomain } from './zitadel/store/instance-domain-store.ts';
import { listInstances } from './zitadel/store/instance-store.ts';
import { listOrganizations } from './zitadel/store/organization-store.ts';
import { NOW } from './zitadel/store/point-in-time.ts';
import { emptyZitadelTables, prepareZitadelTables } from './zitadel/store/tables.ts';

/**
 * Deletes the organizations and instances of both APIs; accounts and tokens stay. The default instance of ZITADEL and its first
 * organization are made again when they are next needed, so they do not count.
 */
export function emptySandbox(database: Database): Emptied {
  prepareZitadelTables(database);
  return database.transaction(() => {
    const zitadel = countZitadel(database);
    emptyZitadelTables(database);
    const { organizations, instances } = emptyTables(database);
    return { organizations: organizations + zitadel.organizations, instances: instances + zitadel.instances };
  });
}

/** What somebody has made there. */
function countZitadel(database: Database): Emptied {
  const instances = listInstances(database, NOW);
  const organizations = instances.flatMap(({ id }) => listOrganizations(database, id, NOW));
  // Its first organization cannot be removed.
  const standing = instanceOfDomain(database, EXTERNAL_DOMAIN) === undefined ? 0 : 1;
  return { organizations: organizations.length - standing, instances: instances.length - standing };
}
