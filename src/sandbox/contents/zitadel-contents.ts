import type { Database, Row, SqlValue } from '../database.ts';
import { EXTERNAL_DOMAIN } from '../zitadel/rules/domains.ts';
import { instanceOfDomain } from '../zitadel/store/instance-domain-store.ts';
import { listMembers } from '../zitadel/store/member-store.ts';
import { prepareZitadelTables } from '../zitadel/store/tables.ts';
import { findUser } from '../zitadel/store/user-store.ts';
import { boundFor, containing, patternsOf, type Search } from './search.ts';

/** How many organizations an instance in a list has with it; `organization_count` says how many there are. */
const FIRST_ORGANIZATIONS = 5;

const INSTANCES = 'zitadel_instance WHERE is_removed = 0 AND valid_until IS NULL';
const ORGANIZATIONS = "zitadel_organization WHERE state <> 'removed' AND valid_until IS NULL";
const COLUMNS = 'id, name, primary_domain, created_at';
const NEWEST = 'created_at DESC, id DESC';

/** An organization has 4 columns to look at, an instance 3 besides. */
const ORGANIZATION_MATCHES = containing('id', 'name', 'name_folded', 'primary_domain');
const INSTANCE_MATCHES = `${containing('id', 'name', 'primary_domain')}
  OR id IN (SELECT instance_id FROM ${ORGANIZATIONS} AND (${ORGANIZATION_MATCHES}))`;

/** The newest instances of ZITADEL that have the text in their name, id or domain, or in those of their organizations. Each has its newest organizations. */
export function searchZitadelInstances(database: Database, { text, limit, offset }: Search) {
  if (text.includes('\0')) return { instances: [], total: 0 };
  prepareZitadelTables(database);
  const [where, values] = text === '' ? [INSTANCES, []] : [`${INSTANCES} AND (${INSTANCE_MATCHES})`, boundFor(patternsOf(text), 7)];
  const rows = database.all(`SELECT ${COLUMNS} FROM ${where} ORDER BY ${NEWEST} LIMIT ? OFFSET ?`, [...values, limit, offset]);
  return { instances: rows.map((row) => withFirstOrganizations(database, row, text)), total: count(database, where, values) };
}

/** One of them; undefined when there is none. */
export function findZitadelInstanceDocument(database: Database, id: string) {
  prepareZitadelTables(database);
  const row = database.get(`SELECT ${COLUMNS} FROM ${INSTANCES} AND id = ?`, [id]);
  return row && withFirstOrganizations(database, row, '');
}

/** The newest organizations of the instance that have the text in their name, id or domain, with the members of each. */
export function searchZitadelOrganizations(database: Database, instanceId: string, { text, limit, offset }: Search) {
  if (text.includes('\0')) return { organizations: [], total: 0 };
  prepareZitadelTables(database);
  const where = `${ORGANIZATIONS} AND instance_id = ?${text === '' ? '' : ` AND (${ORGANIZATION_MATCHES})`}`;
  const values = [instanceId, ...(text === '' ? [] : boundFor(patternsOf(text), 4))];
  const rows = database.all(`SELECT ${COLUMNS}, state FROM ${where} ORDER BY ${NEWEST} LIMIT ? OFFSET ?`, [...values, limit, offset]);
  return { organizations: rows.map((row) => organizationFrom(database, row)), total: count(database, where, values) };
}

/** One organization, whichever instance it is in; undefined when there is none. */
export function findZitadelOrganizationDocument(database: Database, id: string) {
  prepareZitadelTables(database);
  const row = database.get(`SELECT ${COLUMNS}, state, instance_id FROM ${ORGANIZATIONS} AND id = ?`, [id]);
  return row && { ...organizationFrom(database, row), instance_id: String(row['instance_id']) };
}

function withFirstOrganizations(database: Database, row: Row, text: string) {
  const id = String(row['id']);
  const order = text === '' ? '' : `(${ORGANIZATION_MATCHES}) DESC, `;
  const patterns = text === '' ? [] : boundFor(patternsOf(text), 4);
  const sql = `SELECT ${COLUMNS}, state FROM ${ORGANIZATIONS} AND instance_id = ? ORDER BY ${order}${NEWEST} LIMIT ?`;
  const organizations = database.all(sql, [id, ...patterns, FIRST_ORGANIZATIONS]).map((each) => organizationFrom(database, each));
  const isWhole = organizations.length < FIRST_ORGANIZATIONS;
  return {
    ...nodeFrom(row),
    /** Whether it answers at the sandbox's own address. */
    is_default: instanceOfDomain(database, EXTERNAL_DOMAIN) === id,
    organization_count: isWhole ? organizations.length : count(database, `${ORGANIZATIONS} AND instance_id = ?`, [id]),
    organizations,
  };
}

function organizationFrom(database: Database, row: Row) {
  const members = listMembers(database, String(row['id'])).map(({ userId, roles }) => ({
    user_id: userId,
    user_name: findUser(database, userId)?.userName ?? null,
    roles,
  }));
  return { ...nodeFrom(row), state: String(row['state']), members };
}

function nodeFrom(row: Row) {
  const createdAt = new Date(Number(row['created_at'])).toISOString();
  return { id: String(row['id']), name: String(row['name']), primary_domain: String(row['primary_domain']), created_at: createdAt };
}

function count(database: Database, rows: string, values: readonly SqlValue[]): number {
  return Number(database.get(`SELECT count(*) AS total FROM ${rows}`, values)?.['total']);
}
