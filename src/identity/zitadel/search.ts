import { CliError } from '../../errors.ts';
import { isRecord } from '../../record.ts';
import { type Lost, lookForLost } from '../look-for-lost.ts';
import type { Session } from '../session.ts';

/** Items of a page. A search without a limit would be one without an end (contract section 3.1). */
const PAGE_SIZE = 100;

export interface Search<T> {
  readonly session: Session;
  /** For messages: "list the organizations". */
  readonly action: string;
  /** Ends in `_search`. */
  readonly path: string;
  /** The server's name of a field, and the direction. */
  readonly sort?: { readonly column: string; readonly ascending: boolean };
  /** All of them have to hold. */
  readonly queries?: readonly Readonly<Record<string, unknown>>[];
  readonly readItem: (json: unknown) => T | undefined;
  /** At most this many; no page is asked for beyond them. */
  readonly limit?: number | undefined;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Everything that is found, page after page as it is taken, each page asked for while the one before it is worked on. */
export async function* search<T>({ session, action, path, sort, queries, readItem, limit = Number.POSITIVE_INFINITY }: Search<T>) {
  // A few are soon had; whoever needs more because a server leaves some out does not ask for them one by one.
  const sizeAt = (offset: number) => (offset === 0 ? Math.min(limit, PAGE_SIZE) : PAGE_SIZE);
  const read = (offset: number): Promise<Page<T>> =>
    session.run({
      action,
      request: {
        method: 'POST',
        path,
        safe: true,
        json: {
          query: { offset: String(offset), limit: sizeAt(offset), asc: sort?.ascending ?? true },
          ...(sort && { sortingColumn: sort.column }),
          ...(queries && { queries }),
        },
      },
      interpret: (json) => readPage(json, readItem),
    });
  let left = limit;
  for (let offset = 0, page = read(offset); ; ) {
    const { items, total } = await page;
    // A server may leave some out of a page that count all the same (contract section 3.2).
    offset += sizeAt(offset);
    const hasMore = offset < total && left > items.length;
    if (hasMore) {
      page = read(offset);
      // Whoever takes no more items is not told what is wrong with the rest.
      page.catch(() => undefined);
    }
    yield* items.slice(0, left);
    if (!hasMore) return;
    left -= items.length;
  }
}

/** Reads `{"details": {"totalResult": "1"}, "result": […]}`; nothing found is an empty object (contract section 1). */
function readPage<T>(json: unknown, readItem: (item: unknown) => T | undefined): Page<T> | undefined {
  if (!isRecord(json)) return undefined;
  const { result = [], details } = json;
  if (!Array.isArray(result)) return undefined;
  const items: T[] = [];
  for (const member of result) {
    const item = readItem(member);
    if (item === undefined) return undefined;
    items.push(item);
  }
  const total = isRecord(details) ? Number(details['totalResult'] ?? 0) : 0;
  return { items, total: Number.isNaN(total) ? 0 : total };
}

/** How far the server's clock may be from ours, in milliseconds. */
const CLOCK_SKEW_MS = 120_000;

interface LostThing<T> extends Lost<T> {
  /** `organization "Acme Corp"`. */
  readonly what: string;
  /** Milliseconds since the epoch when the create was sent. */
  readonly sentAt: number;
  /** Whether what was found is what was sent. */
  readonly isWanted?: (found: T) => boolean;
}

/**
 * What a create without a usable answer has made, found by what is unique of it. One that was there before the create was sent is another
 * one: the create has failed with `conflict`. Throws `unavailable` when the server does not have it, and what `lookForLost` throws.
 */
export async function findLost<T extends { readonly id: string; readonly created_at: string | null }>({
  what,
  sentAt,
  isWanted = () => true,
  ...asking
}: LostThing<T>): Promise<T> {
  const { status, requestId } = asking.lost;
  const details = { status, requestId, cause: asking.lost };
  const found = await lookForLost(asking);
  if (!found) {
    throw new CliError('unavailable', `${what} was not created as far as can be seen: the answer was lost, and it is not there`, {
      ...details,
      hint: 'safe to run again: it is unique, and cannot be created twice',
    });
  }
  const isNew = found.created_at === null || Date.parse(found.created_at) >= sentAt - CLOCK_SKEW_MS;
  if (isNew && isWanted(found)) return found;
  throw new CliError('conflict', `${what} cannot be created: it is taken by ${found.id}`, {
    ...details,
    hint: 'take the one that is there with --if-exists skip, or choose another name or domain',
  });
}
