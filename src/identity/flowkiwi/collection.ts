import { CliError } from '../../errors.ts';
import { isRecord } from '../../record.ts';
import type { ApiRequest } from '../operation.ts';
import type { Session } from '../session.ts';

/** One page of a collection; `next` is the path of the following page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  /** How many items there are in all, as far as the page knows; infinite for a bare array, which does not say. */
  readonly total: number;
}

/**
 * Reads a page of a collection: JSON-LD (`member`, also with the `hydra:` prefix), or the bare array of plain JSON
 * (contract section 4). Returns undefined when it is none or an item is not of its form.
 */
export function readPage<T>(json: unknown, readItem: (item: unknown) => T | undefined): Page<T> | undefined {
  const members = Array.isArray(json) ? json : isRecord(json) ? (json['member'] ?? json['hydra:member']) : undefined;
  if (!Array.isArray(members)) return undefined;
  const items: T[] = [];
  for (const member of members) {
    const item = readItem(member);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { items, next: nextPage(json), total: totalItems(json) ?? (Array.isArray(json) ? Number.POSITIVE_INFINITY : items.length) };
}

function nextPage(json: unknown): string | undefined {
  const view = isRecord(json) ? (json['view'] ?? json['hydra:view']) : undefined;
  const next = isRecord(view) ? (view['next'] ?? view['hydra:next']) : undefined;
  return typeof next === 'string' ? next : undefined;
}

function totalItems(json: unknown): number | undefined {
  const total = isRecord(json) ? (json['totalItems'] ?? json['hydra:totalItems']) : undefined;
  return typeof total === 'number' ? total : undefined;
}

export interface CollectionQuery<T> {
  readonly session: Session;
  /** Base URL of the API: no page is read from another origin. */
  readonly origin: URL;
  /** For messages: "list the instances of …". */
  readonly action: string;
  readonly first: PageQuery;
  readonly readItem: (item: unknown) => T | undefined;
  /** At most this many items; no page is asked for beyond them. */
  readonly limit?: number | undefined;
}

interface PageQuery {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * All items of a collection, page after page as they are taken, each page asked for while the one before it is worked on: along
 * `view.next`, and by number where a server sends a bare array or leaves the links out. Throws `unavailable` when a link leads to
 * another origin or in a circle.
 */
export async function* followPages<T>(options: CollectionQuery<T>): AsyncGenerator<T> {
  const { session, action, first, readItem, limit = Number.POSITIVE_INFINITY } = options;
  const read = (request: ApiRequest): Promise<Page<T>> => session.run({ action, request, interpret: (json) => readPage(json, readItem) });
  const requestAfter = pageOrder(options);
  const readAfter = async (page: Page<T>): Promise<Page<T> | undefined> => {
    const request = requestAfter(page);
    return request && read(request);
  };
  let page = await read({ method: 'GET', ...first });
  for (let left = limit; ; ) {
    const following = page.items.length < left ? readAfter(page) : undefined;
    // Whoever takes no more items is not told what is wrong with the rest.
    following?.catch(() => undefined);
    yield* page.items.slice(0, left);
    const next = await following;
    if (!next) return;
    // A server without pages answers the same again and again.
    if (page.next === undefined && JSON.stringify(next.items[0]) === JSON.stringify(page.items[0])) return;
    left -= page.items.length;
    page = next;
  }
}

/** Says page after page which request brings the next one; undefined after the last. */
function pageOrder<T>({ first, origin }: CollectionQuery<T>): (page: Page<T>) => ApiRequest | undefined {
  let taken = 0;
  let number = 1;
  const links = new Set<string>();

  function linked(link: string): ApiRequest {
    const next = URL.canParse(link, origin.href) ? new URL(link, origin) : undefined;
    if (!next) {
      throw new CliError('unavailable', `${origin.origin} names a next page that is no URL`, { hint: '--debug shows the pages' });
    }
    if (next.origin !== origin.origin) {
      throw new CliError('unavailable', `${origin.origin} names a next page at ${next.origin}, where the credential must not go`, {
        hint: 'set the URL of the profile, or FLOWKIWI_URL, to the address that the API really has',
      });
    }
    if (links.has(next.href)) {
      throw new CliError('unavailable', `${origin.origin} names a page as the next one that has been read already`, {
        hint: 'the list would never end; --debug shows the pages, --limit N stops before that',
      });
    }
    links.add(next.href);
    return { method: 'GET', path: next.pathname, query: next.searchParams, absolute: true };
  }

  return ({ items, next, total }) => {
    taken += items.length;
    number += 1;
    if (next !== undefined) return linked(next);
    if (items.length === 0 || taken >= total) return undefined;
    return { method: 'GET', path: first.path, query: { ...first.query, page: String(number) } };
  };
}
