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
  readonly first: { readonly path: string; readonly query: Readonly<Record<string, string>> };
  readonly readItem: (item: unknown) => T | undefined;
}

/**
 * All items of a collection, page after page as they are taken: along `view.next`, and by number where a server sends a
 * bare array or leaves the links out. Throws `unavailable` when a link leads to another origin, in a circle or nowhere.
 */
export async function* followPages<T>({ session, origin, action, first, readItem }: CollectionQuery<T>): AsyncGenerator<T> {
  const read = (request: ApiRequest): Promise<Page<T>> => session.run({ action, request, interpret: (json) => readPage(json, readItem) });
  let page = await read({ method: 'GET', ...first });
  let taken = 0;
  const links = new Set<string>();
  for (let number = 2; ; number += 1) {
    yield* page.items;
    taken += page.items.length;
    const following = nextRequest(page, { first, taken, number, origin, links });
    if (!following) return;
    const next = await read(following);
    // A server without pages answers the same again and again.
    if (page.next === undefined && JSON.stringify(next.items[0]) === JSON.stringify(page.items[0])) return;
    page = next;
  }
}

interface Position {
  readonly first: { readonly path: string; readonly query: Readonly<Record<string, string>> };
  readonly taken: number;
  readonly number: number;
  readonly origin: URL;
  /** Addresses that were followed already; this one is added. */
  readonly links: Set<string>;
}

function nextRequest<T>(page: Page<T>, { first, taken, number, origin, links }: Position): ApiRequest | undefined {
  if (page.next === undefined) {
    if (page.items.length === 0 || taken >= page.total) return undefined;
    return { method: 'GET', path: first.path, query: { ...first.query, page: String(number) } };
  }
  const next = URL.canParse(page.next, origin.href) ? new URL(page.next, origin) : undefined;
  if (!next || links.has(next.href)) {
    const what = next ? 'a next page that was read already' : 'a next page that is no URL';
    throw new CliError('unavailable', `${origin.origin} names ${what}`, { hint: 'run it again later; --debug shows the exchange' });
  }
  links.add(next.href);
  if (next.origin !== origin.origin) {
    throw new CliError('unavailable', `${origin.origin} names a next page at ${next.origin}, where the credential must not go`, {
      hint: 'set the URL of the profile, or FLOWKIWI_URL, to the address that the API really has',
    });
  }
  return { method: 'GET', path: next.pathname, query: Object.fromEntries(next.searchParams), absolute: true };
}
