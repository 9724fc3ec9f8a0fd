import { prepareAccounts } from '../accounts.ts';
import type { Database, SqlValue } from '../database.ts';
import { instanceElement, organizationDocument } from '../flowkiwi/documents.ts';
import { findInstance } from '../flowkiwi/instance-store.ts';
import { findOrganization, type OrganizationRecord } from '../flowkiwi/organization-store.ts';
import { boundFor, containing, patternsOf, type Search } from './search.ts';

/** How many instances an organization in a list has with it; `instance_count` says how many there are. */
const FIRST_INSTANCES = 5;

const INSTANCE_MATCHES = containing('id', 'name_folded', 'handle');
const ORGANIZATION_MATCHES = `${containing('id', 'name')}
  OR id IN (SELECT organization_id FROM instance WHERE ${INSTANCE_MATCHES})
  OR id IN (SELECT organization_id FROM membership JOIN account ON account.id = account_id WHERE ${containing('email')})`;

/**
 * The newest organizations of Flowkiwi whose name, id, instances (name, handle, id) or people (e-mail address) have the text. Each has its newest
 * instances, first of them those with the text.
 */
export function searchFlowkiwiOrganizations(database: Database, { text, limit, offset }: Search) {
  if (text.includes('\0')) return { organizations: [], total: 0 };
  prepareAccounts(database);
  const [where, values] = text === '' ? ['1', []] : [ORGANIZATION_MATCHES, boundFor(patternsOf(text), 6)];
  const ids = idsOf(database, `SELECT id FROM organization WHERE ${where} ORDER BY id DESC LIMIT ? OFFSET ?`, [...values, limit, offset]);
  const organizations = ids.flatMap((id) => {
    const organization = findOrganization(database, id);
    return organization ? [withFirstInstances(database, organization, text)] : [];
  });
  return { organizations, total: count(database, `organization WHERE ${where}`, values) };
}

/** The organization as its API shows it, with its newest instances, first of them those with the text, and their number. */
export function withFirstInstances(database: Database, organization: OrganizationRecord, text = '') {
  const { id } = organization;
  const order = text === '' ? '' : `(${INSTANCE_MATCHES}) DESC, `;
  const patterns = text === '' ? [] : boundFor(patternsOf(text), 3);
  const sql = `SELECT id FROM instance WHERE organization_id = ? ORDER BY ${order}created_at DESC, id DESC LIMIT ?`;
  const instances = instancesOf(database, idsOf(database, sql, [id, ...patterns, FIRST_INSTANCES]));
  const isWhole = instances.length < FIRST_INSTANCES;
  const total = isWhole ? instances.length : count(database, 'instance WHERE organization_id = ?', [id]);
  return { ...organizationDocument(organization, database, 'json'), instance_count: total, instances };
}

/** The newest instances of the organization whose name, handle or id has the text. */
export function searchFlowkiwiInstances(database: Database, organizationId: string, { text, limit, offset }: Search) {
  if (text.includes('\0')) return { instances: [], total: 0 };
  const where = `organization_id = ?${text === '' ? '' : ` AND (${INSTANCE_MATCHES})`}`;
  const values = [organizationId, ...(text === '' ? [] : boundFor(patternsOf(text), 3))];
  const sql = `SELECT id FROM instance WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`;
  const instances = instancesOf(database, idsOf(database, sql, [...values, limit, offset]));
  return { instances, total: count(database, `instance WHERE ${where}`, values) };
}

function instancesOf(database: Database, ids: readonly string[]) {
  return ids.flatMap((id) => {
    const instance = findInstance(database, id);
    return instance ? [instanceElement(instance, 'json')] : [];
  });
}

function idsOf(database: Database, sql: string, values: readonly SqlValue[]): readonly string[] {
  return database.all(sql, values).map(({ id }) => String(id));
}

function count(database: Database, rows: string, values: readonly SqlValue[]): number {
  return Number(database.get(`SELECT count(*) AS total FROM ${rows}`, values)?.['total']);
}
