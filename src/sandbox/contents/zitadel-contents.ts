import type { Database, Row } from '../database.ts';
import { EXTERNAL_DOMAIN } from '../zitadel/rules/domains.ts';
import { instanceOfDomain } from '../zitadel/store/instance-domain-store.ts';
import { listMembers } from '../zitadel/store/member-store.ts';
import { prepareZitadelTables } from '../zitadel/store/tables.ts';
import { findUser } from '../zitadel/store/user-store.ts';
import { type Condition, containing, EVERYTHING, partOf, type Search } from './search.ts';

/** How many organizations an instance in a list has with it; `organization_count` says how many there are. */
const FIRST_ORGANIZATIONS = 5;

const INSTANCES = 'zitadel_instance WHERE is_removed = 0 AND valid_until IS NULL';
const ORGANIZATIONS = "zitadel_organization WHERE state <> 'removed' AND valid_until IS NULL";
const COLUMNS = 'id, name, primary_domain, created_at';
const NEWEST = 'created_at DESC, id DESC';

/** The newest instances of ZITADEL that have the text in their name, id or domain, or in those of their organizations. Each has its newest organizations. */
export function searchZitadelInstances(database: Database, search: Search) {
  const { text } = search;
  if (text.includes('\0')) return { instances: [], total: 0 };
  prepareZitadelTables(database);
  const source = { columns: COLUMNS, from: INSTANCES, order: NEWEST, values: [] };
  const { rows, total } = partOf(database, source, text === '' ? EVERYTHING : instanceHas(text), search);
  return { instances: rows.map((row) => withFirstOrganizations(database, row, text)), total };
}

/** One of them; undefined when there is none. */
export function findZitadelInstanceDocument(database: Database, id: string) {
  prepareZitadelTables(database);
  const row = database.get(`SELECT ${COLUMNS} FROM ${INSTANCES} AND id = ?`, [id]);
  return row && withFirstOrganizations(database, row, '');
}

/** The newest organizations of the instance that have the text in their name, id or domain, with the members of each. */
export function searchZitadelOrganizations(database: Database, instanceId: string, search: Search) {
  const { text } = search;
  if (text.includes('\0')) return { organizations: [], total: 0 };
  prepareZitadelTables(database);
  const source = { columns: `${COLUMNS}, state`, from: `${ORGANIZATIONS} AND instance_id = ?`, order: NEWEST, values: [instanceId] };
  const { rows, total } = partOf(database, source, text === '' ? EVERYTHING : organizationHas(text), search);
  return { organizations: rows.map((row) => organizationFrom(database, row)), total };
}

/** One organization, whichever instance it is in; undefined when there is none. */
export function findZitadelOrganizationDocument(database: Database, id: string) {
  prepareZitadelTables(database);
  const row = database.get(`SELECT ${COLUMNS}, state, instance_id FROM ${ORGANIZATIONS} AND id = ?`, [id]);
  return row && { ...organizationFrom(database, row), instance_id: String(row['instance_id']) };
}

function withFirstOrganizations(database: Database, row: Row, text: string) {
  const id = String(row['id']);
  const { sql: has, values } = text === '' ? EVERYTHING : organizationHas(text);
  // Without a text the index has the order already.
  const order = text === '' ? '' : `(${has}) DESC, `;
  const sql = `SELECT ${COLUMNS}, state FROM ${ORGANIZATIONS} AND instance_id = ? ORDER BY ${order}${NEWEST} LIMIT ?`;
  const organizations = database.all(sql, [id, ...values, FIRST_ORGANIZATIONS]).map((each) => organizationFrom(database, each));
  const isWhole = organizations.length < FIRST_ORGANIZATIONS;
  const counted = isWhole ? undefined : database.get(`SELECT count(*) AS total FROM ${ORGANIZATIONS} AND instance_id = ?`, [id]);
  return {
    ...nodeFrom(row),
    /** Whether it answers at the sandbox's own address. */
    is_default: instanceOfDomain(database, EXTERNAL_DOMAIN) === id,
    organization_count: isWhole ? organizations.length : Number(counted?.['total']),
    organizations,
  };
}

function instanceHas(text: string): Condition {
  const [itself, organization] = [containing(text, { folded: ['id'], written: ['name', 'primary_domain'] }), organizationHas(text)];
  return {
    sql: `${itself.sql} OR id IN (SELECT instance_id FROM ${ORGANIZATIONS} AND (${organization.sql}))`,
    values: [...itself.values, ...organization.values],
  };
}

function organizationHas(text: string): Condition {
  return containing(text, { folded: ['id', 'name_folded'], written: ['primary_domain'] });
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
