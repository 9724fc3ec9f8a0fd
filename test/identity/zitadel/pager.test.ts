import { expect, test } from 'vitest';
import { ZITADEL_PAGER } from '../../../src/identity/zitadel/pager.ts';

const { isSearch, items, order } = ZITADEL_PAGER;

test.each<[method: 'GET' | 'POST', path: string, is: boolean]>([
  ['POST', '/admin/v1/orgs/_search', true],
  ['POST', '/base/system/v1/instances/_search?x=1', true],
  ['POST', '/v2/organizations/_search', true],
  ['POST', '/v2beta/organizations/search', true],
  ['POST', '/v2/users', true],
  ['GET', '/admin/v1/orgs/_search', false],
  ['POST', '/management/v1/orgs', false],
  ['POST', '/v2/organizations', false],
  ['POST', '/v2/users/human', false],
])('%s %s is a search: %s', (method, path, is) => {
  expect(isSearch({ method, path })).toBe(is);
});

const SEARCH = { method: 'POST', path: '/admin/v1/orgs/_search' } as const;
const GET = { method: 'GET', path: '/v2/settings/login/idps' } as const;

test.each<[what: string, json: unknown, request: typeof SEARCH | typeof GET, found: readonly unknown[] | undefined]>([
  ['a search', { details: { totalResult: '1', viewTimestamp: 't' }, result: [1] }, SEARCH, [1]],
  ['one that finds nothing', { details: { viewTimestamp: 't' } }, SEARCH, []],
  ['one that finds nothing, without details', {}, SEARCH, []],
  ['a list by another name', { details: { totalResult: '1' }, identityProviders: [1] }, GET, [1]],
  ['a resource with a list in it', { id: '1', languages: ['en'] }, GET, undefined],
  ['the details of a change', { details: { sequence: '1', resourceOwner: '2' } }, GET, undefined],
  ['two lists', { details: { totalResult: '1' }, a: [1], b: [2] }, GET, undefined],
  ['a bare array', [1], SEARCH, undefined],
])('%s', (_what, json, request, found) => {
  expect(items(json, request)).toEqual(found);
});

test('a search that is a GET has its page in the query', () => {
  const pages = order({ method: 'GET', path: '/management/v1/roles/_search?query.limit=2&x=%20', absolute: true });
  expect(pages.first.path).toBe('/management/v1/roles/_search?query.limit=2&x=+&query.offset=0');
  expect(pages.read({ details: { totalResult: '3' }, result: [1, 2] })?.next(true)?.path).toContain('query.offset=2');
});

test('a list that is a GET has one page', () => {
  expect(
    order(GET)
      .read({ details: { totalResult: '30' }, identityProviders: [1] })
      ?.next(true),
  ).toBeUndefined();
});

test.each(['[]', 'x', '\xff'])('a body that cannot name a page is refused: %j', (body) => {
  expect(() => order({ ...SEARCH, body })).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('what a body says is kept', () => {
  const body = '{"query":{"asc":true},"queries":[{"sequence":12345678901234567890}]}';
  expect(order({ ...SEARCH, body }).first.body).toBe(body.replace('true', 'true,"offset":"0","limit":100'));
});
