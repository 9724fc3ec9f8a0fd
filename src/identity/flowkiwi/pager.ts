import { CliError } from '../../errors.ts';
import { isRecord } from '../../record.ts';
import { type ApiRequest, requestUrl } from '../operation.ts';
import type { Page, PageOrder, Pager } from '../pages.ts';

/**
 * Hydra's collections (contract section 4): JSON-LD (`member`, also with the prefix `hydra:`), or the bare array of plain JSON. Their pages are
 * URLs: the server's own `view.next`, or the next number where it leaves the links out. `base` is the URL of the API: no page is read from
 * another origin.
 */
export function hydraPager(base: URL): Pager {
  return {
    isSearch: () => false,
    items: membersOf,
    order: (request) => pageOrder(base, request),
  };
}

function pageOrder(base: URL, first: ApiRequest): PageOrder {
  const start = requestUrl(base, first);
  const startNumber = Number(start.searchParams.get('page') ?? 1);
  const visited = new Set([start.href]);
  let here = start;
  let number = startNumber;
  let taken = 0;

  function goTo(url: URL): ApiRequest {
    here = url;
    return { ...first, path: url.pathname + url.search, absolute: true };
  }

  function linked(link: string, isNew: boolean): ApiRequest {
    const url = URL.canParse(link, here.href) ? new URL(link, here) : undefined;
    if (!url) throw new CliError('unavailable', `${base.origin} names a next page that is not a URL`, { hint: '--debug shows the pages' });
    if (url.origin !== base.origin) {
      throw new CliError('unavailable', `${base.origin} names a next page elsewhere, where the credential is not sent: ${url.origin}`, {
        hint: 'set the URL of the profile, or FLOWKIWI_URL, to the address that the API really has',
      });
    }
    if (visited.has(url.href) || (!isNew && visited.size > 1)) {
      const which = visited.has(url.href) ? 'that was there before' : 'after one that brought nothing new';
      throw new CliError('unavailable', `${base.origin} names a next page ${which}`, {
        hint: 'the list has no end, and what was printed may not be the whole; --debug shows the pages',
      });
    }
    visited.add(url.href);
    return goTo(url);
  }

  /** A server that never names a next page may have no pages at all: the end is where nothing new comes. */
  function numbered(isLast: boolean): ApiRequest | undefined {
    if (isLast || !Number.isSafeInteger(startNumber)) return undefined;
    number += 1;
    const url = new URL(here);
    url.searchParams.set('page', String(number));
    return goTo(url);
  }

  function read(json: unknown): Page | undefined {
    const items = membersOf(json);
    if (!items) return undefined;
    taken += items.length;
    const total = totalItems(json) ?? (Array.isArray(json) ? Number.POSITIVE_INFINITY : taken);
    const link = nextLink(json);
    // A list that is not read from its beginning has others before it, which count as well.
    const count = startNumber === 1 ? totalItems(json) : undefined;
    const isLast = items.length === 0 || taken >= total || visited.size > 1;
    return { items, count, next: (isNew) => (link === undefined ? numbered(isLast || !isNew) : linked(link, isNew)) };
  }

  return { first, read };
}

function membersOf(json: unknown): readonly unknown[] | undefined {
  const members = Array.isArray(json) ? json : isRecord(json) ? (json['member'] ?? json['hydra:member']) : undefined;
  return Array.isArray(members) ? members : undefined;
}

function nextLink(json: unknown): string | undefined {
  const view = isRecord(json) ? (json['view'] ?? json['hydra:view']) : undefined;
  const next = isRecord(view) ? (view['next'] ?? view['hydra:next']) : undefined;
  return typeof next === 'string' ? next : undefined;
}

function totalItems(json: unknown): number | undefined {
  const total = isRecord(json) ? (json['totalItems'] ?? json['hydra:totalItems']) : undefined;
  return typeof total === 'number' ? total : undefined;
}
