import { describe, expect, onTestFinished, test } from 'vitest';
import { isCliError } from '../../../src/errors.ts';
import { createHttpClient } from '../../../src/http/undici-client.ts';
import { followPages, readPage } from '../../../src/identity/flowkiwi/collection.ts';
import { FLOWKIWI_DIALECT } from '../../../src/identity/flowkiwi/dialect.ts';
import { createSession, type Session } from '../../../src/identity/session.ts';
import { realClock } from '../../support/clocks.ts';
import { httpServer } from '../../support/servers/loopback.ts';

interface Asked {
  readonly session: Session;
  readonly origin: URL;
  /** Paths and queries, in their order. */
  readonly asked: readonly string[];
}

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

  /** A session with a real server that answers in JSON, and what that was asked. */
  async function answering(answers: (query: URLSearchParams, origin: string) => unknown): Promise<Asked> {
    const asked: string[] = [];
    const { url } = await httpServer((request, response) => {
      asked.push(request.url ?? '');
      const { searchParams } = new URL(request.url ?? '', url);
      response.writeHead(200, { 'content-type': 'application/ld+json' }).end(JSON.stringify(answers(searchParams, url.origin)));
    });
    const http = createHttpClient({ timeoutMs: 10_000, clock: realClock, userAgent: 'flowkiwi/0' });
    onTestFinished(() => http.close());
    const token = () => Promise.resolve('token');
    const credential = { source: 'the token', remedy: 'none', accessToken: token, renew: () => Promise.resolve(undefined) };
    return {
      session: createSession({ http, url, credential, signal: new AbortController().signal }, FLOWKIWI_DIALECT),
      origin: url,
      asked,
    };
  }

  async function take({ session, origin }: Asked, limit?: number): Promise<number[]> {
    const taken: number[] = [];
    const pages = followPages({ session, origin, action: 'list', first, readItem: readNumber, limit });
    for await (const item of pages) taken.push(item);
    return taken;
  }

  test('along the links', async () => {
    const pages = (origin: string): Record<string, unknown> => ({
      '1': { member: [1, 2], totalItems: 5, view: { next: '/api/things?page=2&cursor=a%26b' } },
      '2': { member: [3, 4], totalItems: 5, view: { next: `${origin}/api/things?page=3` } },
      '3': { member: [5], totalItems: 5 },
    });
    const server = await answering((query, origin) => pages(origin)[query.get('page') ?? '1']);
    expect(await take(server)).toEqual([1, 2, 3, 4, 5]);
    expect(server.asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?page=2&cursor=a%26b', '/api/things?page=3']);
  });

  test('by number where there are no links, until the total is there', async () => {
    const server = await answering((query) => {
      const page = Number(query.get('page') ?? 1);
      return { member: [page * 2 - 1, page * 2], totalItems: 4 };
    });
    expect(await take(server)).toEqual([1, 2, 3, 4]);
    expect(server.asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?itemsPerPage=2&page=2']);
  });

  test('by number in bare arrays, until one is empty', async () => {
    const pages = [[1, 2], [3], []];
    const server = await answering((query) => pages[Number(query.get('page') ?? 1) - 1]);
    expect(await take(server)).toEqual([1, 2, 3]);
    expect(server.asked).toHaveLength(3);
  });

  test('a server that knows no pages is not asked for ever', async () => {
    const server = await answering(() => [1, 2]);
    expect(await take(server)).toEqual([1, 2]);
    expect(server.asked).toHaveLength(2);
  });

  test('links that lead in a circle end', async () => {
    const server = await answering(() => ({ member: [1], view: { next: NEXT } }));
    await expect(take(server)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
    expect(server.asked.length).toBeLessThan(10);
  });

  test('a link that is no URL is the fault of the server', async () => {
    const server = await answering(() => ({ member: [1], totalItems: 9, view: { next: 'http://[' } }));
    await expect(take(server)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
  });

  test.each([1, 2])('no more is asked for than is wanted: %i', async (limit) => {
    const server = await answering(() => ({ member: [1, 2], view: { next: NEXT } }));
    expect(await take(server, limit)).toEqual([1, 2].slice(0, limit));
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    'https://elsewhere.example/api/things?page=2',
    '//elsewhere.example/api',
    'http://api.example/api/things',
    'https://api.example:444/x',
  ])('a link to another origin is not followed: %s', async (next) => {
    const server = await answering(() => ({ member: [1], totalItems: 9, view: { next } }));
    await expect(take(server)).rejects.toSatisfy((error) => isCliError(error) && error.code === 'unavailable');
    expect(server.asked).toHaveLength(1);
  });
});
