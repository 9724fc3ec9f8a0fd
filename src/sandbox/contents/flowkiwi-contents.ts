import { prepareAccounts } from '../accounts.ts';
import type { Database, Row } from '../database.ts';
import { instanceElement, organizationDocument } from '../flowkiwi/documents.ts';
import { findInstance } from '../flowkiwi/instance-store.ts';
import { findOrganization, type OrganizationRecord } from '../flowkiwi/organization-store.ts';
import { type Condition, containing, EVERYTHING, partOf, type Search } from './search.ts';

/** How many instances an organization in a list has with it; `instance_count` says how many there are. */
const FIRST_INSTANCES = 5;

/**
 * The newest organizations of Flowkiwi whose name, id, instances (name, handle, id) or people (e-mail address) have the text. Each has its newest
 * instances, first of them those with the text.
 */
export function searchFlowkiwiOrganizations(database: Database, search: Search) {
  const { text } = search;
  if (text.includes('\0')) return { organizations: [], total: 0 };
  prepareAccounts(database);
  const source = { columns: 'id', from: 'organization WHERE 1', order: 'id DESC', values: [] };
  const { rows, total } = partOf(database, source, text === '' ? EVERYTHING : organizationHas(text), search);
  const organizations = rows.flatMap((row) => {
    const organization = findOrganization(database, String(row['id']));
    return organization ? [withFirstInstances(database, organization, text)] : [];
  });
  return { organizations, total };
}

/** The organization as its API shows it, with its newest instances, first of them those with the text, and their number. */
export function withFirstInstances(database: Database, organization: OrganizationRecord, text = '') {
  const { id } = organization;
  const { sql: has, values } = text === '' ? EVERYTHING : instanceHas(text);
  // Without a text the index has the order already.
  const order = text === '' ? '' : `(${has}) DESC, `;
  const sql = `SELECT id FROM instance WHERE organization_id = ? ORDER BY ${order}created_at DESC, id DESC LIMIT ?`;
  const instances = instancesFrom(database, database.all(sql, [id, ...values, FIRST_INSTANCES]));
  const isWhole = instances.length < FIRST_INSTANCES;
  const counted = isWhole ? undefined : database.get('SELECT count(*) AS total FROM instance WHERE organization_id = ?', [id]);
  const total = isWhole ? instances.length : Number(counted?.['total']);
  return { ...organizationDocument(organization, database, 'json'), instance_count: total, instances };
}

/** The newest instances of the organization whose name, handle or id has the text. */
export function searchFlowkiwiInstances(database: Database, organizationId: string, search: Search) {
  const { text } = search;
  if (text.includes('\0')) return { instances: [], total: 0 };
  const source = { columns: 'id', from: 'instance WHERE organization_id = ?', order: 'created_at DESC, id DESC', values: [organizationId] };
  const { rows, total } = partOf(database, source, text === '' ? EVERYTHING : instanceHas(text), search);
  return { instances: instancesFrom(database, rows), total };
}

function organizationHas(text: string): Condition {
  const [itself, instance] = [containing(text, { folded: ['id'], written: ['name'] }), instanceHas(text)];
  const account = containing(text, { written: ['email'] });
  return {
    sql: `${itself.sql} OR id IN (SELECT organization_id FROM instance WHERE ${instance.sql})
      OR id IN (SELECT organization_id FROM membership WHERE account_id IN (SELECT id FROM account WHERE ${account.sql}))`,
    values: [...itself.values, ...instance.values, ...account.values],
  };
}

function instanceHas(text: string): Condition {
  return containing(text, { folded: ['id', 'name_folded', 'handle'] });
}

function instancesFrom(database: Database, rows: readonly Row[]) {
  return rows.flatMap((row) => {
    const instance = findInstance(database, String(row['id']));
    return instance ? [instanceElement(instance, 'json')] : [];
  });
}
