import { expect, test } from 'vitest';
import { hydraPager } from '../../../src/identity/flowkiwi/pager.ts';

const request = { method: 'GET', path: '/api/things' } as const;
const pager = hydraPager(new URL('https://api.example'));
const NEXT = '/api/things?page=2';

/** How an answer is read: its items, its count, and where the next page is. */
function read(json: unknown) {
  const page = pager.order(request).read(json);
  return page && { items: page.items, count: page.count, next: page.next(true)?.path };
}

test.each<[form: string, json: unknown, count: number | undefined, next: string | undefined]>([
  ['JSON-LD', { member: [1, 2], totalItems: 5, view: { next: NEXT } }, 5, NEXT],
  ['JSON-LD, the last one', { member: [1, 2], totalItems: 2, view: { '@id': '/api/things' } }, 2, undefined],
  ['JSON-LD without a total', { member: [1, 2] }, undefined, undefined],
  ['JSON-LD without a link', { member: [1, 2], totalItems: 5 }, 5, NEXT],
  ['hydra', { 'hydra:member': [1, 2], 'hydra:totalItems': 5, 'hydra:view': { 'hydra:next': NEXT } }, 5, NEXT],
  ['a bare array', [1, 2], undefined, NEXT],
  ['a total that is not a number', { member: [1, 2], totalItems: '5' }, undefined, undefined],
  ['a link that is not text', { member: [1, 2], view: { next: { href: NEXT } } }, undefined, undefined],
])('%s', (_form, json, count, next) => {
  expect(read(json)).toEqual({ items: [1, 2], count, next });
});

test('an empty one', () => {
  expect(read([])).toEqual({ items: [], count: undefined, next: undefined });
  expect(read({ member: [], totalItems: 0 })).toEqual({ items: [], count: 0, next: undefined });
});

test.each<[what: string, json: unknown]>([
  ['null', null],
  ['a text', 'member'],
  ['an object without members', {}],
  ['members that are no list', { member: { 0: 1 } }],
])('%s is none', (_what, json) => {
  expect(read(json)).toBeUndefined();
  expect(pager.items(json, request)).toBeUndefined();
});
