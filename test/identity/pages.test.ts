import { describe, expect, onTestFinished, test } from 'vitest';
import { isCliError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/undici-client.ts';
import { FLOWKIWI_DIALECT } from '../../src/identity/flowkiwi/dialect.ts';
import { hydraPager } from '../../src/identity/flowkiwi/pager.ts';
import type { ApiRequest } from '../../src/identity/operation.ts';
import { listItems } from '../../src/identity/pages.ts';
import { createSession, type Session } from '../../src/identity/session.ts';
import { ZITADEL_PAGER } from '../../src/identity/zitadel/pager.ts';
import { realClock } from '../support/clocks.ts';
import { httpServer } from '../support/servers/loopback.ts';

interface Asked {
  readonly session: Session;
  readonly origin: URL;
  /** Paths with their queries, or bodies, in their order. */
  readonly asked: readonly string[];
}

const NEXT = '/api/things?page=2';
const unending = (error: unknown) => isCliError(error) && error.code === 'unavailable' && error.message.includes('brought nothing new');
const unavailable = (error: unknown) => isCliError(error) && error.code === 'unavailable';

/** A session with a real server that answers in JSON, and what that was asked. */
async function answering(answers: (asked: URLSearchParams, body: Record<string, never>, origin: string) => unknown): Promise<Asked> {
  const asked: string[] = [];
  const { url } = await httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString('utf8');
    asked.push(body === '' ? (request.url ?? '') : body);
    const { searchParams } = new URL(request.url ?? '', url);
    const answer = answers(searchParams, body === '' ? {} : JSON.parse(body), url.origin);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const http = createHttpClient({ timeoutMs: 10_000, clock: realClock, userAgent: 'flowkiwi/0', nodeVersion: process.versions.node });
  onTestFinished(() => http.close());
  const token = () => Promise.resolve('token');
  const credential = { source: 'the token', remedy: 'none', accessToken: token, renew: () => Promise.resolve(undefined) };
  return { session: createSession({ http, url, credential, signal: new AbortController().signal }, FLOWKIWI_DIALECT), origin: url, asked };
}

interface Listed {
  readonly items: readonly unknown[];
  /** `4 of 5` when the list says that it is short. */
  readonly short: string | undefined;
}

async function list({ session, origin }: Asked, request: ApiRequest, limit?: number): Promise<Listed> {
  const pager = request.method === 'POST' ? ZITADEL_PAGER : hydraPager(origin);
  const items: unknown[] = [];
  let short: string | undefined;
  const onShort = ({ seen, count }: { readonly seen: number; readonly count: number }) => {
    short = `${seen} of ${count}`;
  };
  for await (const item of listItems({ session, pager, action: 'list', request, readItem: (json) => json, limit, onShort })) {
    items.push(item);
  }
  return { items, short };
}

const things = (...ids: readonly (number | string)[]) => ids.map((id) => ({ id: String(id) }));

describe('pages by URL', () => {
  const request: ApiRequest = { method: 'GET', path: '/api/things', query: { itemsPerPage: '2' } };

  test('along the links, as they are', async () => {
    const pages = (origin: string): Record<string, unknown> => ({
      '1': { member: [1, 2], totalItems: 5, view: { next: '/api/things?page=2&cursor=a%26b&c=%20' } },
      '2': { member: [3, 4], totalItems: 5, view: { next: `${origin}/api/things?page=3` } },
      '3': { member: [5], totalItems: 5 },
    });
    const server = await answering((query, _, origin) => pages(origin)[query.get('page') ?? '1']);
    expect(await list(server, request)).toEqual({ items: [1, 2, 3, 4, 5], short: undefined });
    expect(server.asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?page=2&cursor=a%26b&c=%20', '/api/things?page=3']);
  });

  test('by number where there are no links, until the total is there', async () => {
    const server = await answering((query) => {
      const page = Number(query.get('page') ?? 1);
      return { member: [page * 2 - 1, page * 2], totalItems: 4 };
    });
    expect(await list(server, request)).toEqual({ items: [1, 2, 3, 4], short: undefined });
    expect(server.asked).toEqual(['/api/things?itemsPerPage=2', '/api/things?itemsPerPage=2&page=2']);
  });

  test('by number in bare arrays, until one is empty', async () => {
    const pages = [[1, 2], [3], []];
    const server = await answering((query) => pages[Number(query.get('page') ?? 1) - 1]);
    expect((await list(server, request)).items).toEqual([1, 2, 3]);
    expect(server.asked).toHaveLength(3);
  });

  test('from the page that is asked for, which says nothing of how many there are', async () => {
    const server = await answering((query) => ({ member: query.get('page') === '3' ? things(5) : [], totalItems: 5 }));
    expect(await list(server, { ...request, query: { page: '3' } })).toEqual({ items: things(5), short: undefined });
    expect(server.asked).toEqual(['/api/things?page=3', '/api/things?page=4']);
  });

  test.each<[what: string, page: unknown]>([
    ['without ids', [1, 2]],
    ['with ids', things(1, 2)],
  ])('a server that knows no pages is not asked for ever: %s', async (_what, page) => {
    const server = await answering(() => page);
    expect((await list(server, request)).items).toEqual(page);
    expect(server.asked).toHaveLength(2);
  });

  test('what pages repeat comes once, and what is missing is told', async () => {
    const pages = [things(1, 2), things(2, 3), things(5)];
    const server = await answering((query) => {
      const page = Number(query.get('page') ?? 1);
      return { member: pages[page - 1], totalItems: 6, ...(page < 3 && { view: { next: `/api/things?page=${page + 1}` } }) };
    });
    expect(await list(server, request)).toEqual({ items: things(1, 2, 3, 5), short: '4 of 6' });
    expect(server.asked).toHaveLength(3);
  });

  test('the newest count of a list that changes is the one that counts', async () => {
    const server = await answering((query) => ({
      member: query.has('page') ? things(3) : things(1, 2),
      totalItems: query.has('page') ? 3 : 4,
    }));
    expect(await list(server, request)).toEqual({ items: things(1, 2, 3), short: undefined });
  });

  test('nothing is told of a part that was all that was wanted', async () => {
    const server = await answering(() => ({ member: things(1, 2), totalItems: 9, view: { next: NEXT } }));
    expect(await list(server, request, 2)).toEqual({ items: things(1, 2), short: undefined });
  });

  test('ids that JavaScript rounds are not told apart, so none is left out', async () => {
    const server = await answering((query) => (query.has('page') ? [] : { member: [{ id: 2 ** 53 }, { id: 2 ** 53 }] }));
    expect((await list(server, request)).items).toHaveLength(2);
  });

  test.each<[what: string, page: (number: number) => unknown]>([
    ['that are empty', () => []],
    ['that repeat what was there', () => things(1, 2)],
  ])('pages without end %s end', async (_what, page) => {
    const server = await answering((query) => {
      const number = Number(query.get('page') ?? 1);
      return { member: number === 1 ? things(1, 2) : page(number), view: { next: `/api/things?page=${number + 1}` } };
    });
    await expect(list(server, request)).rejects.toSatisfy(unending);
    expect(server.asked).toHaveLength(2);
  });

  test('links that lead in a circle end', async () => {
    const server = await answering((query) => ({ member: things(`${query}`), view: { next: NEXT } }));
    await expect(list(server, request)).rejects.toSatisfy(unavailable);
    expect(server.asked).toHaveLength(2);
  });

  test('an item that cannot be read is the fault of the server', async () => {
    const { session, origin } = await answering(() => ({ member: [1, 'two'] }));
    const readItem = (json: unknown) => (typeof json === 'number' ? json : undefined);
    const items = listItems({ session, pager: hydraPager(origin), action: 'list', request, readItem });
    await expect(items.next()).rejects.toSatisfy(unavailable);
  });

  test('a link that is not a URL is the fault of the server', async () => {
    const server = await answering(() => ({ member: [1], totalItems: 9, view: { next: 'http://[' } }));
    await expect(list(server, request)).rejects.toSatisfy(unavailable);
  });

  test.each([1, 2])('no more is asked for than is wanted: %i', async (limit) => {
    const server = await answering(() => ({ member: [1, 2], view: { next: NEXT } }));
    expect((await list(server, request, limit)).items).toEqual([1, 2].slice(0, limit));
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    'https://elsewhere.example/api/things?page=2',
    '//elsewhere.example/api',
    'http://api.example/api/things',
    'https://api.example:444/x',
  ])('a link to another origin is not followed: %s', async (next) => {
    const server = await answering(() => ({ member: [1], totalItems: 9, view: { next } }));
    await expect(list(server, request)).rejects.toSatisfy(unavailable);
    expect(server.asked).toHaveLength(1);
  });
});

describe('pages by an offset in the body', () => {
  const request = (json: Readonly<Record<string, unknown>>, path = '/admin/v1/orgs/_search'): ApiRequest => ({
    method: 'POST',
    path,
    json,
  });
  const ids = Array.from({ length: 250 }, (_, index) => index);
  /** A page of a real server: beyond the end it has neither items nor a total (contract section 10.12). */
  const page = ({ offset = '0', limit }: Readonly<Record<string, unknown>>) => {
    const found = things(...ids.slice(Number(offset), Number(offset) + Number(limit)));
    return found.length === 0 ? { details: {} } : { details: { totalResult: String(ids.length) }, result: found };
  };

  test.each<[what: string, given: Readonly<Record<string, unknown>>, asked: readonly unknown[], seen: number]>([
    [
      'of a hundred',
      {},
      [
        { offset: '0', limit: 100 },
        { offset: '100', limit: 100 },
        { offset: '200', limit: 100 },
      ],
      250,
    ],
    [
      'of another size',
      { limit: '200' },
      [
        { offset: '0', limit: 200 },
        { offset: '200', limit: 200 },
      ],
      250,
    ],
    ['from an offset', { offset: 240, asc: true }, [{ asc: true, offset: '240', limit: 100 }], 10],
    ['beyond the end', { offset: '500' }, [{ offset: '500', limit: 100 }], 0],
  ])('%s', async (_what, given, asked, seen) => {
    const server = await answering((_, body) => page(body['query'] ?? {}));
    const { items, short } = await list(server, request({ query: given, queries: [] }));
    expect({ seen: items.length, short }).toEqual({ seen, short: undefined });
    expect(server.asked.map((body) => JSON.parse(body))).toEqual(asked.map((query) => ({ query, queries: [] })));
  });

  test('the search of v2beta has other names', async () => {
    const server = await answering((_, body) => {
      const { result = [], details } = page(body['pagination'] ?? {});
      return { organizations: result, pagination: details };
    });
    expect((await list(server, request({}, '/v2beta/organizations/search'))).items).toHaveLength(250);
  });

  test('what pages repeat comes once, and what is missing is told', async () => {
    const server = await answering((_, body) => ({
      details: { totalResult: '150' },
      result: Number(body['query']?.['offset'] ?? 0) === 0 ? things(...ids.slice(0, 100)) : things(...ids.slice(99, 120)),
    }));
    expect(await list(server, request({}))).toMatchObject({ items: { length: 120 }, short: '120 of 150' });
  });

  test('a total that counts what is not shown ends the list, and says nothing of what is missing', async () => {
    const server = await answering((_, body) => ({
      details: { totalResult: '250' },
      result: body['query']?.['offset'] === '200' ? things('mine') : [],
    }));
    expect(await list(server, request({}, '/v2/organizations/_search'))).toEqual({ items: things('mine'), short: undefined });
    expect(server.asked).toHaveLength(3);
  });

  test.each<[what: string, result: readonly unknown[] | undefined, path: string]>([
    ['that are empty', undefined, '/admin/v1/orgs/_search'],
    ['that repeat what was there', things(...ids.slice(0, 100)), '/admin/v1/orgs/_search'],
    ['that repeat what was there, of the system', things(...ids.slice(0, 100)), '/system/v1/instances/_search'],
  ])('pages without end %s end', async (_what, result, path) => {
    const server = await answering((_, body) => ({
      details: { totalResult: '1000000' },
      result: body['query']?.['offset'] === '0' ? things(...ids.slice(0, 100)) : result,
    }));
    await expect(list(server, request({}, path))).rejects.toSatisfy(unending);
    expect(server.asked).toHaveLength(2);
  });
});
