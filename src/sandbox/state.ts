import { searchFlowkiwiInstances } from './contents/flowkiwi-contents.ts';
import { searchZitadelInstances, searchZitadelOrganizations } from './contents/zitadel-contents.ts';
import type { Database } from './database.ts';
import { countMade } from './emptying.ts';
import { organizationDocument } from './flowkiwi/documents.ts';
import { findOrganization } from './flowkiwi/organization-store.ts';
import { prepareZitadelTables } from './zitadel/store/tables.ts';

/** How many organizations of each provider are read at most: the newest. */
const MOST = 1000;

const ALL = { text: '', limit: MOST, offset: 0 };

/**
 * All that is in the sandbox, for those who test what a program has made there: organizations, instances and members of both providers, the newest
 * organizations first, each with the instances (Flowkiwi) or in the instance (ZITADEL) that it has. Of more than 1,000 the newest.
 */
export function readState(database: Database) {
  prepareZitadelTables(database);
  return {
    counts: countMade(database),
    flowkiwi: { organizations: flowkiwiOrganizations(database) },
    zitadel: { instances: zitadelInstances(database) },
  };
}

function flowkiwiOrganizations(database: Database) {
  return database.all('SELECT id FROM organization ORDER BY id DESC LIMIT ?', [MOST]).flatMap((row) => {
    const organization = findOrganization(database, String(row['id']));
    if (organization === undefined) return [];
    const { instances } = searchFlowkiwiInstances(database, organization.id, ALL);
    return [{ ...organizationDocument(organization, database, 'json'), instances }];
  });
}

function zitadelInstances(database: Database) {
  return searchZitadelInstances(database, ALL).instances.map(({ id, name, primary_domain, created_at }) => {
    const { organizations } = searchZitadelOrganizations(database, id, ALL);
    return { id, name, primary_domain, created_at, organizations };
  });
}
