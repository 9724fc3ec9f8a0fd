import type { CliError } from '../errors.ts';
import { isRecord, JsonNumber } from '../record.ts';
import type { ApiRequest, Operation } from './operation.ts';
import type { Session } from './session.ts';

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[];
  /** How many items the list has in all by the server's own count; undefined when it does not count them, or counts others with them. */
  readonly count: number | undefined;
  /**
   * The request for the page after this one; undefined after the last. `isNew` says whether this page had an item that none before it had.
   * Throws `unavailable` when the pages lead elsewhere, or have no end.
   */
  readonly next: (isNew: boolean) => ApiRequest | undefined;
}

/** The way through the pages of one list; it remembers where it is. */
export interface PageOrder {
  readonly first: ApiRequest;
  /** Reads an answer; undefined for one that is not a list. */
  readonly read: (json: unknown) => Page | undefined;
}

/** How an API divides its lists into pages. */
export interface Pager {
  /** Whether a request reads a list although its method is POST: it changes nothing, and may be sent twice. Pure. */
  readonly isSearch: (request: Pick<ApiRequest, 'method' | 'path'>) => boolean;
  /** The items of an answer to a request; undefined for one that is not a list. Pure. */
  readonly items: (json: unknown, request: Pick<ApiRequest, 'method' | 'path'>) => readonly unknown[] | undefined;
  /** The pages of the list that a request reads; `limit` is how many items are wanted of it. Throws `usage` for a body that cannot name a page. */
  readonly order: (request: ApiRequest, limit?: number) => PageOrder;
}

/** Told when a list has ended with fewer items than the server counts. */
export type OnShortList = (list: { readonly action: string; readonly seen: number; readonly count: number }) => void;

export interface ListQuery<T> {
  readonly session: Session;
  readonly pager: Pager;
  /** For messages: "list the instances of …". */
  readonly action: string;
  readonly request: ApiRequest;
  /** Reads one item; undefined when it is not of the documented form. */
  readonly readItem: (item: unknown) => T | undefined;
  /** As of an operation. */
  readonly refused?: Operation<T>['refused'];
  readonly parse?: Operation<T>['parse'];
  /** At most this many items; no page is asked for beyond them. */
  readonly limit?: number | undefined;
  /** Thrown for an answer that is not a list, in place of the session's own error. */
  readonly ifNone?: CliError;
  readonly onShort?: OnShortList | undefined;
}

/**
 * All items of a list, page after page as they are taken, each page asked for while the one before it is worked on. An item that pages repeat
 * comes once, told by its id: pages overlap when the list changes while it is read. Throws what the session and the pager throw.
 */
export async function* listItems<T>({ limit = Number.POSITIVE_INFINITY, ...query }: ListQuery<T>): AsyncGenerator<T> {
  const { session, pager, action, request, refused, readItem, parse, ifNone, onShort } = query;
  const { first, read } = pager.order(request, limit);
  const ask = (asked: ApiRequest): Promise<ReadPage<T>> =>
    session.run({
      action,
      request: asked,
      refused,
      parse,
      interpret: (json) => {
        const page = read(json);
        if (!page && ifNone) throw ifNone;
        return page && readEvery(page, readItem);
      },
    });
  const askAfter = async (page: Page, isNew: boolean): Promise<ReadPage<T> | undefined> => {
    const next = page.next(isNew);
    return next && ask(next);
  };
  const fresh = createSieve<T>();
  let seen = 0;
  let count: number | undefined;
  let page = await ask(first);
  for (;;) {
    const items = fresh(page);
    count = page.count ?? count;
    const following = seen + items.length < limit ? askAfter(page, items.length > 0) : undefined;
    // Nobody who takes no more items is told what is wrong with the rest.
    following?.catch(() => undefined);
    yield* items.slice(0, limit - seen);
    seen += items.length;
    if (!following) return;
    const next = await following;
    if (!next) break;
    page = next;
  }
  if (count !== undefined && seen < count) onShort?.({ action, seen, count });
}

interface ReadPage<T> extends Page {
  readonly entries: readonly Entry<T>[];
}

interface Entry<T> {
  /** Undefined for an item that has none, or none that can be compared. */
  readonly id: string | undefined;
  readonly item: T;
}

/** The page with all of its items read; undefined when one of them cannot be. */
function readEvery<T>(page: Page, readItem: (item: unknown) => T | undefined): ReadPage<T> | undefined {
  const entries: Entry<T>[] = [];
  for (const json of page.items) {
    const item = readItem(json);
    if (item === undefined) return undefined;
    entries.push({ id: idOf(json), item });
  }
  return { ...page, entries };
}

/** Takes page after page and gives back what of each is new. Items without an id cannot be told apart: only a page that is the one before it has nothing new then. */
function createSieve<T>(): (page: ReadPage<T>) => readonly T[] {
  const ids = new Set<string>();
  let before: string | undefined;
  return ({ items, entries }) => {
    const isNew = ({ id }: Entry<T>) => id === undefined || (!ids.has(id) && ids.add(id));
    const fresh = entries.filter(isNew);
    if (fresh.every(({ id }) => id !== undefined)) return fresh.map(({ item }) => item);
    const text = JSON.stringify(items);
    const isRepeated = text === before;
    before = text;
    return isRepeated ? [] : fresh.map(({ item }) => item);
  };
}

/** The id that tells an item from others; a number that JavaScript may have rounded tells nothing. */
function idOf(json: unknown): string | undefined {
  if (!isRecord(json)) return undefined;
  const id = json['id'] ?? json['@id'];
  if (id instanceof JsonNumber) return id.text;
  return typeof id === 'string' || Number.isSafeInteger(id) ? String(id) : undefined;
}
