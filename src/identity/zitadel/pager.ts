import { CliError } from '../../errors.ts';
import { parseExactly } from '../../exact-json.ts';
import { writeJson } from '../../json-writer.ts';
import { isRecord } from '../../record.ts';
import type { ApiRequest } from '../operation.ts';
import type { Page, PageOrder, Pager } from '../pages.ts';

/** Items of a page. A search without a limit would be one without an end (contract section 3.1). */
const PAGE_SIZE = 100;

/** The member of the body that says which page is meant, by the end of the path (contract section 3, and the official descriptors). */
const PAGING_MEMBERS: readonly (readonly [path: RegExp, member: 'query' | 'pagination'])[] = [
  [/\/_search$/, 'query'],
  [/\/v2(?:beta)?\/sessions\/search$/, 'query'],
  [/\/v2(?:beta)?\/users$/, 'query'],
  [/\/search$/, 'pagination'],
];

/** The APIs whose `totalResult` counts what they list. The system API counts domains, v2 what the caller may not see (contract section 10). */
const COUNTED = /\/(?:admin|management|auth)\/v1\//;

/**
 * ZITADEL's searches: which page is meant stands in the body as an offset and a limit, or in the query of a search that is a GET; the answer
 * has its items in `result`, or beside its totals under a name of their own, and leaves an empty list out.
 */
export const ZITADEL_PAGER: Pager = { isSearch, items: itemsOf, order: pageOrder };

type Target = Pick<ApiRequest, 'method' | 'path'>;

function isSearch({ method, path }: Target): boolean {
  return method === 'POST' && pagingMember(path) !== undefined;
}

function itemsOf(json: unknown, { path }: Target): readonly unknown[] | undefined {
  if (!isRecord(json)) return undefined;
  const [items = [], another] = Object.values(json).filter((value) => Array.isArray(value));
  const isList = pagingMember(path) !== undefined || totalOf(json) !== undefined;
  return isList && another === undefined ? items : undefined;
}

function pageOrder(request: ApiRequest, limit = PAGE_SIZE): PageOrder {
  const { start, at } = offsetsOf(request);
  const sizeAt = (offset: number) => start.limit ?? (offset === start.offset ? Math.min(limit, PAGE_SIZE) : PAGE_SIZE);
  const requestAt = (offset: number) => at(offset, sizeAt(offset));
  const isCounted = COUNTED.test(request.path);
  let offset = start.offset;

  function next(total: number, isNew: boolean, isEmpty: boolean): ApiRequest | undefined {
    // A server may leave some out of a page that count all the same (contract section 3.2).
    offset += sizeAt(offset);
    if (offset >= total) return undefined;
    if (!isNew && (isCounted || !isEmpty)) {
      throw new CliError('unavailable', `the list goes on after a page that brought nothing new`, {
        hint: 'it has no end, and what was printed may not be the whole; --debug shows the pages',
      });
    }
    return requestAt(offset);
  }

  function read(json: unknown): Page | undefined {
    const items = itemsOf(json, request);
    if (!items) return undefined;
    const total = isRecord(json) ? totalOf(json) : undefined;
    const count = isCounted && start.offset === 0 ? total : undefined;
    return { items, count, next: (isNew) => next(total ?? 0, isNew, items.length === 0) };
  }

  return { first: requestAt(offset), read };
}

interface Offsets {
  /** What the request itself says. */
  readonly start: { readonly offset: number; readonly limit: number | undefined };
  readonly at: (offset: number, limit: number) => ApiRequest;
}

/** How a request names its pages. Throws `usage` for one that cannot. */
function offsetsOf(request: ApiRequest): Offsets {
  const member = pagingMember(request.path);
  if (request.method === 'POST' && member !== undefined) return offsetsInBody(request, member);
  return member === 'query' ? offsetsInQuery(request) : { start: { offset: 0, limit: Number.POSITIVE_INFINITY }, at: () => request };
}

function offsetsInBody(request: ApiRequest, member: string): Offsets {
  const { json: body = parsed(request.body), ...rest } = request;
  const { [member]: given } = body;
  const paging = isRecord(given) ? given : {};
  return {
    start: { offset: numberOf(paging['offset']) ?? 0, limit: numberOf(paging['limit']) },
    at: (offset, limit) => ({
      ...rest,
      body: writeJson({ ...body, [member]: { ...paging, offset: String(offset), limit } }),
      safe: true,
    }),
  };
}

/** The one search that is a GET has the same fields in its query, as the gateway maps them. */
function offsetsInQuery(request: ApiRequest): Offsets {
  const [path = '', query] = request.path.split('?');
  const parameters = new URLSearchParams(query);
  return {
    start: { offset: numberOf(parameters.get('query.offset')) ?? 0, limit: numberOf(parameters.get('query.limit')) },
    at: (offset, limit) => {
      parameters.set('query.offset', String(offset));
      parameters.set('query.limit', String(limit));
      return { ...request, path: `${path}?${parameters}` };
    },
  };
}

function parsed(body: ApiRequest['body']): Readonly<Record<string, unknown>> {
  if (body === undefined) return {};
  const json = parseExactly(Buffer.from(body).toString('utf8'));
  if (isRecord(json)) return json;
  throw new CliError('usage', 'the body of a search has to be a JSON object', { hint: "for example -F 'query[limit]=50'" });
}

/** A number that is not negative; ZITADEL takes it as a text as well. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 ? number : undefined;
}

function pagingMember(path: string): 'query' | 'pagination' | undefined {
  const [bare = ''] = path.split('?');
  return PAGING_MEMBERS.find(([end]) => end.test(bare))?.[1];
}

/** `totalResult`, which is a text, and absent where it is 0 (contract section 1). */
function totalOf({ details, pagination }: Readonly<Record<string, unknown>>): number | undefined {
  for (const totals of [details, pagination]) {
    const total = isRecord(totals) ? numberOf(totals['totalResult']) : undefined;
    if (total !== undefined) return total;
  }
  return undefined;
}
