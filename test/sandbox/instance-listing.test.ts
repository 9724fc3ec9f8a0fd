import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findOrCreateAccount } from '../../src/sandbox/accounts.ts';
import { openDatabase } from '../../src/sandbox/database.ts';
import { insertInstance } from '../../src/sandbox/flowkiwi/instance-store.ts';
import { instanceOperations } from '../../src/sandbox/flowkiwi/instances.ts';
import { readListing } from '../../src/sandbox/flowkiwi/listing.ts';
import { insertOrganization } from '../../src/sandbox/flowkiwi/organization-store.ts';
import { prepareTables } from '../../src/sandbox/flowkiwi/tables.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { readSwitches } from '../../src/sandbox/switches.ts';
import { asList, asObject, call, clock, startInMemory } from '../support/servers/sandbox-in-memory.ts';

let sandbox: Sandbox;
let token: string;
let path: string;

/** Created in this order. */
const INSTANCES = [
  ['Zürich Store', 'zurich'],
  ['acme eu', 'acme-eu'],
  ['Acme US', 'acme-us'],
  ['100% Kiwi_', 'kiwi'],
  ['ÉTÉ', 'summer'],
] as const;

beforeAll(async () => {
  sandbox = await startInMemory();
  token = await sandbox.issueAccessToken('jane@acme.example');
  const { json } = await call(sandbox.url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  path = `/api/organizations/${json['id']}/instances`;
  for (const [name, handle] of INSTANCES) await call(sandbox.url, 'POST', path, { token, body: { name, handle } });
});

afterAll(() => sandbox.close());

const list = (query: string) => call(sandbox.url, 'GET', `${path}${query}`, { token });

test.each<[statement: string, query: string, handles: string, totalItems: number]>([
  ['the newest first', '', 'summer kiwi acme-us acme-eu zurich', 5],
  ['oldest first', '?order[createdAt]=asc', 'zurich acme-eu acme-us kiwi summer', 5],
  ['by name, whatever its case', '?order[name]=asc', 'kiwi acme-eu acme-us zurich summer', 5],
  ['by handle, downwards', '?order[handle]=desc', 'zurich summer kiwi acme-us acme-eu', 5],
  ['direction in capitals', '?order[handle]=ASC', 'acme-eu acme-us kiwi summer zurich', 5],
  ['by time of the last change', '?order[updatedAt]=asc', 'zurich acme-eu acme-us kiwi summer', 5],
  ['an order that is none is ignored', '?order[handle]=up', 'summer kiwi acme-us acme-eu zurich', 5],
  ['a property that cannot be sorted is ignored', '?order[id]=asc', 'summer kiwi acme-us acme-eu zurich', 5],
  ['part of a name, whatever its case', '?name=ACME', 'acme-us acme-eu', 2],
  ['letters beyond ASCII', '?name=%C3%A9t%C3%A9', 'summer', 1],
  ['a percent sign is not a wildcard', '?name=%25', 'kiwi', 1],
  ['an underscore is not a wildcard', '?name=_', 'kiwi', 1],
  ['part of a handle', '?handle=me-u', 'acme-us', 1],
  ['a handle in capitals', '?handle=ZUR', 'zurich', 1],
  ['name and handle must both match', '?name=acme&handle=eu', 'acme-eu', 1],
  ['nothing matches', '?name=nothing', '', 0],
  ['a NUL matches nothing', '?name=%00', '', 0],
  ['an unknown parameter is ignored', '?color=green', 'summer kiwi acme-us acme-eu zurich', 5],
  ['the second page', '?itemsPerPage=2&page=2', 'acme-us acme-eu', 5],
  ['beyond the last page', '?itemsPerPage=2&page=9', '', 5],
  ['a page without items', '?itemsPerPage=0', '', 5],
  ['a very large page', '?itemsPerPage=99999999999999999999', 'summer kiwi acme-us acme-eu zurich', 5],
  ['a very large page number', '?page=99999999999999999999', '', 5],
])('3.4, 4: %s', async (_, query, handles, totalItems) => {
  const { status, json } = await list(query);
  expect(status).toBe(200);
  expect(asList(json['member']).map(({ handle }) => handle)).toEqual(handles.split(' ').filter(Boolean));
  expect(json['totalItems']).toBe(totalItems);
});

test.each<[statement: string, query: string, view: Record<string, string> | undefined]>([
  ['no view when all is on one page', '', undefined],
  ['a view without pages when something was asked for', '?name=acme', { '@id': '?name=acme' }],
  [
    'the first page',
    '?itemsPerPage=2',
    { '@id': '?itemsPerPage=2&page=1', first: '?itemsPerPage=2&page=1', last: '?itemsPerPage=2&page=3', next: '?itemsPerPage=2&page=2' },
  ],
  [
    'the last page, with the order percent-encoded',
    '?page=3&itemsPerPage=2&order[name]=asc',
    {
      '@id': '?itemsPerPage=2&order%5Bname%5D=asc&page=3',
      first: '?itemsPerPage=2&order%5Bname%5D=asc&page=1',
      last: '?itemsPerPage=2&order%5Bname%5D=asc&page=3',
      previous: '?itemsPerPage=2&order%5Bname%5D=asc&page=2',
    },
  ],
])('4: %s', async (_, query, view) => {
  const { json } = await list(query);
  const expected =
    view &&
    Object.fromEntries([['@type', 'PartialCollectionView'], ...Object.entries(view).map(([key, value]) => [key, `${path}${value}`])]);
  expect(json['view']).toEqual(expected);
});

test('4: a collection names itself and what it can be searched by', async () => {
  const { json } = await list('');
  expect(Object.keys(json).sort()).toEqual(['@context', '@id', '@type', 'member', 'search', 'totalItems']);
  expect(json).toMatchObject({ '@context': '/api/contexts/OrganizationInstancesResource', '@id': path, '@type': 'Collection' });
  expect(json['search']).toMatchObject({
    '@type': 'IriTemplate',
    template: `${path}{?name,handle,order[name],order[handle],order[createdAt],order[updatedAt]}`,
    variableRepresentation: 'BasicRepresentation',
  });
  expect(asList(asObject(json['search'])['mapping'])[2]).toEqual({
    '@type': 'IriTemplateMapping',
    variable: 'order[name]',
    property: 'name',
    required: false,
  });
  const [first = {}] = asList(json['member']);
  expect(first['@context']).toBeUndefined();
  expect(first['@id']).toBe(`${path}/${first['id']}`);
});

test('4: in plain JSON a collection is the bare array', async () => {
  const { text } = await call(sandbox.url, 'GET', `${path}?handle=zurich`, { token, headers: { accept: 'application/json' } });
  const found: unknown = JSON.parse(text);
  expect(found).toEqual([expect.objectContaining({ name: 'Zürich Store', handle: 'zurich' })]);
  expect(text).not.toContain('"@');
});

test('4: a page has 30 items unless another number is asked for, and the links lead through all of them', async () => {
  const { json } = await call(sandbox.url, 'POST', '/api/organizations', { token, body: { name: 'Large' } });
  const instances = `/api/organizations/${json['id']}/instances`;
  const handles = Array.from({ length: 65 }, (_, index) => `large-${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`);
  await Promise.all(handles.map((handle) => call(sandbox.url, 'POST', instances, { token, body: { name: 'X', handle } })));
  const seen: unknown[] = [];
  const sizes: number[] = [];
  for (let next: unknown = `${instances}?order[handle]=asc`; typeof next === 'string'; ) {
    const page = await call(sandbox.url, 'GET', next, { token });
    const member = asList(page.json['member']);
    sizes.push(member.length);
    seen.push(...member.map(({ handle }) => handle));
    next = asObject(page.json['view'])['next'];
  }
  expect(sizes).toEqual([30, 30, 5]);
  expect(seen).toEqual(handles);
});

test('4: a page has at most 1,000 items, unless a switch says otherwise', () => {
  const page = (...switches: string[]) =>
    readListing(new URLSearchParams('itemsPerPage=100000'), readSwitches(switches).maxItemsPerPage).itemsPerPage;
  expect([page(), page('maxItemsPerPage=999999999')]).toEqual([1_000, 100_000]);
});

test('others are answered while a long page is made', async () => {
  const database = await openDatabase({ path: undefined, clock });
  onTestFinished(() => database.close());
  prepareTables(database);
  const account = findOrCreateAccount(database, 'jane@acme.example');
  const { id } = insertOrganization(database, 'Long', account, 0);
  for (let index = 0; index < 2_000; index += 1) {
    insertInstance(database, { name: `${index}`, handle: `handle-${index}`, organizationId: id }, index);
  }
  const switches = readSwitches(['maxItemsPerPage=5000']);
  const query = new URLSearchParams('itemsPerPage=5000');
  const operation = instanceOperations.find(({ method }) => method === 'GET');
  const context = {
    database,
    switches,
    account,
    now: 0,
    format: 'json',
    variables: { organizationId: id, instanceId: '' },
    query,
  } as const;
  const outcome = operation?.perform(context, undefined, undefined);
  let turns = 0;
  const count = () => {
    turns += 1;
    setImmediate(count).unref();
  };
  count();
  const document = await outcome?.longDocument?.();
  expect(asList(document).map(({ name }) => name)).toEqual(Array.from({ length: 2_000 }, (_, index) => `${1_999 - index}`));
  expect(turns).toBeGreaterThan(3);
});
