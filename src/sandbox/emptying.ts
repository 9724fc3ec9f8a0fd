import type { Database } from './database.ts';
import { type Emptied, emptyTables } from './flowkiwi/tables.ts';
import { EXTERNAL_DOMAIN } from './zitadel/rules/domains.ts';
import { instanceOfDomain } from './zitadel/store/instance-domain-store.ts';
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

/** The organizations and instances of both APIs that somebody has made. */
export function countMade(database: Database): Emptied {
  prepareZitadelTables(database);
  const [zitadel, count] = [countZitadel(database), counter(database)];
  return { organizations: count('organization') + zitadel.organizations, instances: count('instance') + zitadel.instances };
}

/** What somebody has made at ZITADEL. */
function countZitadel(database: Database): Emptied {
  const count = counter(database);
  const standingInstances = 'zitadel_instance WHERE is_removed = 0 AND valid_until IS NULL';
  const inThem = `instance_id IN (SELECT id FROM ${standingInstances})`;
  const organizations = count(`zitadel_organization WHERE state <> 'removed' AND valid_until IS NULL AND ${inThem}`);
  // Its first organization cannot be removed.
  const standing = instanceOfDomain(database, EXTERNAL_DOMAIN) === undefined ? 0 : 1;
  return { organizations: organizations - standing, instances: count(standingInstances) - standing };
}

function counter(database: Database): (rows: string) => number {
  return (rows) => Number(database.get(`SELECT count(*) AS total FROM ${rows}`)?.['total']);
}
