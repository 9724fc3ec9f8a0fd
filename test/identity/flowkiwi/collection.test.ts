import { describe, expect, test } from 'vitest';
import { isCliError } from '../../../src/errors.ts';
import { followPages, readPage } from '../../../src/identity/flowkiwi/collection.ts';
import type { ApiRequest } from '../../../src/identity/operation.ts';
import type { Session } from '../../../src/identity/session.ts';

const readNumber = (item: unknown) => (typeof item === 'number' ? item : undefined);
const NEXT = '/api/things?page=2';

describe('a page', () => {
  test.each<[form: string, json: unknown, next: string | undefined, total: number]>([
    ['JSON-LD', { member: [1, 2], totalItems: 5, view: { next: NEXT } }, NEXT, 5],
    ['JSON-LD, the last one', { member: [1, 2], totalItems: 2, view: { '@id': '/api/things' } }, undefined, 2],
    ['JSON-LD without a total', { member: [1, 2] }, undefined, 2],
    ['hydra', { 'hydra:member': [1, 2], 'hydra:totalItems': 5, 'hydra:view': { 'hydra:next': NEXT } }, NEXT, 5],
    ['a bare array', [1, 2], undefined, Number.POSITIVE_INFINITY],
    ['a total that is no number', { member: [1, 2], totalItems: '5' }, undefined, 2],
    ['a link that is no text', { member: [1, 2], view: { next: { href: NEXT } } }, undefined, 2],
  ])('%s', (_form, json, next, total) => {
    expect(readPage(json, readNumber)).toEqual({ items: [1, 2], next, total });
  });

  test('an empty one', () => {
    expect(readPage([], readNumber)?.items).toEqual([]);
    expect(readPage({ member: [], totalItems: 0 }, readNumber)).toEqual({ items: [], next: undefined, total: 0 });
  });

  test.each<[what: string, json: unknown]>([
    ['null', null],
    ['a text', 'member'],
    ['an object without members', {}],
    ['members that are no list', { member: { 0: 1 } }],
    ['one item of another form', { member: [1, 'two'] }],
    ['a bare array with one', [1, null]],
  ])('%s is none', (_what, json) => {
    expect(readPage(json, readNumber)).toBeUndefined();
  });
});

describe('following pages', () => {
  const first = { path: '/api/things', query: { itemsPerPage: '2' } };

  /** A session that answers from memory and notes what was asked. */
  function answering(answers: (request: ApiRequest) => unknown): { session: Session; asked: string[] } {
    const asked: string[] = [];
    const session: Session = {
      send: () => Promise.reject(new Error('not used')),
      run: async ({ request, interpret }) => {
        const { path, query } = request;
        asked.push(`${path}?${new URLSearchParams({ ...query })}`);
        const value = interpret(answers(request));
        if (value === undefined) throw new Error('not of the documented form');
        return value;
      },
    };
    return { session, asked };
  }

  async function take(session: Session, limit = 100): Promise<number[]> {
    const taken: number[] = [];
    const pages = followPages({ session, origin: new URL('https://api.example/base'), action: 'list', first, readItem: readNumber });
    for await (const item of pages) {
      taken.push(item);
      if (taken.length === limit) break;
    }
    return taken;
  }

  test('along the links', async () => {
    const pages: Record<string, unknown> = {
      '1': { member: [1, 2], totalItems: 5, view: { next: '/api/things?page=2&cursor=a%26b' } },
      '2': { member: [3, 4], totalItems: 5, view: { next: 'https://api.example/api/things?page=3' } },
      '3': { member: [5], totalItems: 5 },
    };
    const { session, asked } = answering(({ query }) => pages[query?.['page'] ?? '1']);
    expect(await take(session)).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?page=2&cursor=a%26b', '/api/things?page=3']);
  });

  test('by number where there are no links, until the total is there', async () => {
    const { session, asked } = answering(({ query }) => {
      const page = Number(query?.['page'] ?? 1);
      return { member: [page * 2 - 1, page * 2], totalItems: 4 };
    });
    expect(await take(session)).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?itemsPerPage=2&page=2']);
  });

  test('by number in bare arrays, until one is empty', async () => {
    const pages = [[1, 2], [3], []];
    const { session, asked } = answering(({ query }) => pages[Number(query?.['page'] ?? 1) - 1]);
    expect(await take(session)).toEqual([1, 2, 3]);
    expect(asked).toHaveLength(3);
  });

  test('a server that knows no pages is not asked for ever', async () => {
    const { session, asked } = answering(() => [1, 2]);
    expect(await take(session)).toEqual([1, 2]);
    expect(asked).toHaveLength(2);
  });

  test('links that lead in a circle end', async () => {
    const { session, asked } = answering(() => ({ member: [1], view: { next: NEXT } }));
    await expect(take(session, 1_000)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
    expect(asked.length).toBeLessThan(10);
  });

  test('a link that is no URL is the fault of the server', async () => {
    const { session } = answering(() => ({ member: [1], totalItems: 9, view: { next: 'http://[' } }));
    await expect(take(session)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
  });

  test('no more is asked for than is taken', async () => {
    const { session, asked } = answering(() => ({ member: [1, 2], view: { next: NEXT } }));
    expect(await take(session, 2)).toEqual([1, 2]);
    expect(asked).toHaveLength(1);
  });

  test.each([
    'https://elsewhere.example/api/things?page=2',
    '//elsewhere.example/api',
    'http://api.example/api/things',
    'https://api.example:444/x',
  ])('a link to another origin is not followed: %s', async (next) => {
    const { session, asked } = answering(() => ({ member: [1], totalItems: 9, view: { next } }));
    await expect(take(session)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
    expect(asked).toHaveLength(1);
  });
});
