import { afterAll, beforeAll, expect, test } from 'vitest';
import { asList, asObject } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, startZitadel, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

async function add(name: string): Promise<string> {
  return textAt((await zitadel.send('POST', '/management/v1/orgs', { body: { name } })).json, 'id');
}

async function search(body: unknown) {
  const { json } = await zitadel.send('POST', '/admin/v1/orgs/_search', { body });
  return { names: asList(json['result']).map(({ name }) => name), details: asObject(json['details']), json };
}

const byName = (name: string, method: string) => ({ queries: [{ nameQuery: { name, method: `TEXT_QUERY_METHOD_${method}` } }] });

test('an organization is read with its state and its generated, primary domain', async () => {
  const id = await add('Read Back');
  const shape = {
    org: {
      id,
      name: 'Read Back',
      state: 'ORG_STATE_ACTIVE',
      primaryDomain: 'read-back.localhost',
      details: { sequence: '4', creationDate: expect.any(String), changeDate: expect.any(String), resourceOwner: id },
    },
  };
  expect((await zitadel.send('GET', `/admin/v1/orgs/${id}`)).json).toEqual(shape);
  expect((await zitadel.send('GET', '/management/v1/orgs/me', { headers: { 'x-zitadel-orgid': id } })).json).toEqual(shape);
  expect((await zitadel.send('GET', '/management/v1/global/orgs/_by_domain?domain=read-back.localhost')).json).toEqual(shape);
});

test('the creator becomes an owner of the organization, and of no other', async () => {
  const token = await zitadel.tokenFor('self-manager@acme.example', ['SELF_MANAGEMENT_GLOBAL']);
  const { json } = await zitadel.send('POST', '/management/v1/orgs', { token, body: { name: 'Self Managed' } });
  const read = (headers: Record<string, string>) => zitadel.send('GET', '/management/v1/orgs/me', { token, headers });
  expect(await read({ 'x-zitadel-orgid': textAt(json, 'id') })).toMatchObject({ status: 200, json: { org: { name: 'Self Managed' } } });
  expect(errorOf(await read({}))).toMatchObject({ status: 403, id: 'AUTH-5mWD2' });
});

test.each([
  ['EQUALS', 'Search Me', ['Search Me']],
  ['EQUALS', 'search me', []],
  ['EQUALS_IGNORE_CASE', 'SEARCH ME', ['Search Me']],
  ['STARTS_WITH', 'Search', ['Search Me', 'Search Me Too']],
  ['STARTS_WITH_IGNORE_CASE', 'sEARCH', ['Search Me', 'Search Me Too']],
  ['CONTAINS', 'h Me', ['Search Me', 'Search Me Too']],
  ['CONTAINS_IGNORE_CASE', 'H ME T', ['Search Me Too']],
  ['ENDS_WITH', 'Too', ['Search Me Too']],
  ['ENDS_WITH_IGNORE_CASE', 'tOO', ['Search Me Too']],
  ['EQUALS_IGNORE_CASE', 'search_me', []],
])('search by name: %s %s', async (method, name, found) => {
  for (const existing of ['Search Me', 'Search Me Too']) await add(existing);
  expect((await search(byName(name, method))).names).toEqual(found);
});

test('queries have all to be met; an empty result has neither details of a count nor a list', async () => {
  const id = await add('Unique Find');
  const { names } = await search({
    queries: [{ idQuery: { id } }, { domainQuery: { domain: 'unique-find.localhost' } }, { stateQuery: { state: 'ORG_STATE_ACTIVE' } }],
  });
  expect(names).toEqual(['Unique Find']);
  const none = await search({ queries: [{ idQuery: { id } }, { nameQuery: { name: 'another' } }] });
  expect(none.json).toEqual({ details: { viewTimestamp: expect.any(String) } });
  expect((await search({ queries: [{ idQuery: { id } }, { stateQuery: { state: 'ORG_STATE_INACTIVE' } }] })).names).toEqual([]);
});

test('pages are cut from the whole result, whose size each of them tells', async () => {
  for (const letter of ['c', 'a', 'B']) await add(`Paged ${letter}`);
  const page = (query: object) => search({ ...byName('Paged', 'STARTS_WITH'), sortingColumn: 'ORG_FIELD_NAME_NAME', query });
  const first = await page({ limit: 2, asc: true });
  expect([first.names, first.details['totalResult']]).toEqual([['Paged a', 'Paged B'], '3']);
  expect((await page({ offset: '2', limit: 2, asc: true })).names).toEqual(['Paged c']);
  expect((await page({ offset: 2, limit: 2, asc: true })).names).toEqual(['Paged c']);
  expect((await page({ limit: 1 })).names).toEqual(['Paged c']);
  expect((await page({})).names).toEqual(['Paged c', 'Paged B', 'Paged a']);
});

test.each([
  ['name=Taken_Name', {}],
  ['name=taken_name', {}],
  ['name=Taken%25', {}],
  ['name=takenXname', { isUnique: true }],
  ['name=Taken__Name', { isUnique: true }],
  ['name=%2A', { isUnique: true }],
  ['domain=taken_name.localhost', { isUnique: true }],
  ['domain=taken-name2.localhost', {}],
  ['domain=taken_name2.localhost', {}],
  ['name=nobody&domain=taken-name2.localhost', {}],
])('_is_unique takes names for patterns: %s', async (query, answer) => {
  for (const name of ['Taken_Name', 'Taken Name2']) await add(name);
  expect((await zitadel.send('GET', `/admin/v1/orgs/_is_unique?${query}`)).json).toEqual(answer);
});

test('a renamed organization takes its generated domain along', async () => {
  const headers = { 'x-zitadel-orgid': await add('Before') };
  const rename = (name: string) => zitadel.send('PUT', '/management/v1/orgs/me', { body: { name }, headers });
  expect((await rename('After')).json).toEqual({
    details: { sequence: '9', creationDate: expect.any(String), resourceOwner: headers['x-zitadel-orgid'] },
  });
  const { json } = await zitadel.send('GET', '/management/v1/orgs/me', { headers });
  expect(json).toMatchObject({ org: { name: 'After', primaryDomain: 'after.localhost' } });
  expect(errorOf(await rename('After'))).toMatchObject({ status: 400, code: 9, id: 'ORG-4VSdf' });
  expect(errorOf(await rename('   '))).toMatchObject({ status: 400, id: 'EVENT-Mf9sd' });
  expect((await rename('AFTER')).status).toBe(200);
  // The old name and domain are free again.
  expect(await add('Before')).not.toBe('');
});

test('a deleted organization is gone from searches, and read without a state', async () => {
  const id = await add('Short Lived');
  expect((await zitadel.send('DELETE', `/admin/v1/orgs/${id}`)).json).toEqual({
    details: { sequence: '5', changeDate: expect.any(String), resourceOwner: id },
  });
  const read = await zitadel.send('GET', `/admin/v1/orgs/${id}`);
  expect(read.status).toBe(200);
  expect(Object.keys(asObject(read.json['org'])).sort()).toEqual(['details', 'id', 'name', 'primaryDomain']);
  expect((await search({ queries: [{ idQuery: { id } }] })).names).toEqual([]);
  expect(await add('Short Lived')).not.toBe(id);
});

test('an organization deletes itself in the management API', async () => {
  const headers = { 'x-zitadel-orgid': await add('Self Deleting') };
  expect((await zitadel.send('DELETE', '/management/v1/orgs/me', { headers })).status).toBe(200);
  const { status, json } = await zitadel.send('GET', '/management/v1/orgs/me', { headers });
  expect([status, json]).toEqual([200, { org: expect.not.objectContaining({ state: expect.anything() }) }]);
});

test('domains are added verified, listed, and made primary', async () => {
  const headers = { 'x-zitadel-orgid': await add('With Domains') };
  const domains = '/management/v1/orgs/me/domains';
  const added = await zitadel.send('POST', domains, { headers, body: { domain: 'domains.example' } });
  expect(added.json).toEqual({
    details: { sequence: '6', creationDate: expect.any(String), resourceOwner: headers['x-zitadel-orgid'] },
  });
  expect((await zitadel.send('POST', `${domains}/domains.example/_set_primary`, { headers })).status).toBe(200);
  const { json } = await zitadel.send('POST', `${domains}/_search`, { headers, body: {} });
  const [generated, chosen] = asList(json['result']);
  expect([generated?.['domainName'], chosen?.['domainName']]).toEqual(['with-domains.localhost', 'domains.example']);
  expect(chosen).toMatchObject({ isVerified: true, isPrimary: true, orgId: headers['x-zitadel-orgid'] });
  expect(generated).not.toHaveProperty('isPrimary');
});

test('another organization can be the default', async () => {
  const id = await add('New Default');
  const before = textAt((await zitadel.send('GET', '/admin/v1/orgs/default')).json, 'org', 'id');
  const setDefault = (organization: string) => zitadel.send('PUT', `/admin/v1/orgs/default/${organization}`);
  expect((await setDefault(id)).status).toBe(200);
  expect(errorOf(await setDefault(id))).toMatchObject({ status: 400, code: 9, id: 'INST-SDfw2' });
  expect(errorOf(await setDefault('1'))).toMatchObject({ status: 400, code: 9, id: 'INSTA-Wfe21' });
  expect(textAt((await zitadel.send('GET', '/admin/v1/orgs/default')).json, 'org', 'id')).toBe(id);
  // What holds the ZITADEL project stays all the same.
  expect(errorOf(await zitadel.send('DELETE', `/admin/v1/orgs/${before}`))).toMatchObject({ status: 400, code: 9, id: 'COMMA-AF3JW' });
  expect(errorOf(await zitadel.send('DELETE', `/admin/v1/orgs/${id}`))).toMatchObject({ status: 400, code: 9, id: 'COMMA-wG9p1' });
  await setDefault(before);
});

test('the person of a set-up signs in with an account of that address', async () => {
  const human = { userName: 'Gigi@acme.example', profile: { firstName: 'Gigi', lastName: 'G' }, email: { email: 'gigi@acme.example' } };
  const { json } = await zitadel.send('POST', '/admin/v1/orgs/_setup', { body: { org: { name: 'Of Gigi' }, human } });
  const token = await zitadel.sandbox.issueAccessToken('gigi@acme.example');
  expect((await zitadel.send('GET', '/management/v1/orgs/me', { token })).json).toMatchObject({ org: { id: textAt(json, 'orgId') } });
  expect(errorOf(await zitadel.send('GET', '/admin/v1/orgs/default', { token }))).toMatchObject({ status: 403 });
});

test('v2: created with 201, without the caller as a member, and found by who may read it', async () => {
  const human = {
    username: 'v2-admin',
    profile: { givenName: 'Ada', familyName: 'Admin' },
    email: { email: 'ada@acme.example', isVerified: true },
    password: { password: 'Secret-123', changeRequired: false },
  };
  const body = { name: 'From V2', admins: [{ human }, { human: { ...human, username: 'v2-viewer' }, roles: ['ORG_OWNER_VIEWER'] }] };
  const created = await zitadel.send('POST', '/v2/organizations', { body });
  const id = textAt(created.json, 'organizationId');
  expect([created.status, created.json]).toEqual([
    201,
    {
      details: { sequence: '6', changeDate: expect.any(String), resourceOwner: id },
      organizationId: id,
      createdAdmins: [{ userId: expect.any(String) }, { userId: expect.any(String) }],
    },
  ]);
  const find = (token: string) =>
    zitadel.send('POST', '/v2/organizations/_search', { token, body: { queries: [{ idQuery: { id } }] } }).then(({ json }) => json);
  expect(asList((await find(zitadel.owner))['result'])).toMatchObject([{ id, state: 'ORGANIZATION_STATE_ACTIVE', name: 'From V2' }]);
  const outsider = await zitadel.tokenFor('outsider@acme.example', ['ORG_OWNER']);
  expect(await find(outsider)).toEqual({ details: { timestamp: expect.any(String) } });
});

test('v2: with an id of one’s own, which nobody else gets', async () => {
  const create = (name: string) => zitadel.send('POST', '/v2/organizations', { body: { name, orgId: 'own-id' } });
  expect(await create('Own Id')).toMatchObject({ status: 201, json: { organizationId: 'own-id', details: { resourceOwner: 'own-id' } } });
  expect((await zitadel.send('GET', '/admin/v1/orgs/own-id')).json).toMatchObject({ org: { id: 'own-id', name: 'Own Id' } });
  expect(await create('Another')).toMatchObject({ status: 409, json: { message: 'Errors.Org.AlreadyExisting (ORG-laho2n)' } });
});
