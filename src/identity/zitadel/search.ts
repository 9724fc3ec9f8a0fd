import { CliError, detailsOf, isCliError } from '../../errors.ts';
import type { ServerClock } from '../../http/server-clock.ts';
import { type Lost, lookForLost } from '../look-for-lost.ts';
import type { ApiRequest } from '../operation.ts';
import { listItems, type OnShortList } from '../pages.ts';
import type { Session } from '../session.ts';
import { ZITADEL_PAGER } from './pager.ts';

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
  /** Added to those of the dialect. */
  readonly headers?: ApiRequest['headers'];
  readonly readItem: (json: unknown) => T | undefined;
  /** At most this many; no page is asked for beyond them. */
  readonly limit?: number | undefined;
  readonly onShort?: OnShortList | undefined;
}

/** Everything that is found, page after page, when the next row is taken (contract section 3). */
export function search<T>({ session, action, path, sort, queries, headers, readItem, limit, onShort }: Search<T>): AsyncIterable<T> {
  const json = {
    query: { asc: sort?.ascending ?? true },
    ...(sort && { sortingColumn: sort.column }),
    ...(queries && { queries }),
  };
  return listItems({
    session,
    pager: ZITADEL_PAGER,
    action,
    request: { method: 'POST', path, json, ...(headers && { headers }) },
    readItem,
    limit,
    onShort,
  });
}

interface LostThing<T> extends Lost<T> {
  /** `organization "Acme Corp"`. */
  readonly what: string;
  /** Milliseconds since the epoch when the create was sent. */
  readonly sentAt: number;
  readonly serverClock: ServerClock;
  /** Whether what was found is what was sent. */
  readonly isWanted?: (found: T) => boolean | Promise<boolean>;
  /** What helps when it is another one. */
  readonly ifTaken?: string;
}

/**
 * What a create without a usable answer has made, found by what is unique of it. One that is not what was sent, or that was there before, is
 * another one: the create has failed with `conflict`. Throws `unavailable` when the server does not have it, and the `unknown_outcome` when it
 * cannot be told whether it is younger than the request, or the server cannot be asked.
 */
export async function findLost<T extends { readonly id: string; readonly created_at: string | null }>({
  what,
  sentAt,
  serverClock,
  isWanted = () => true,
  ifTaken = 'take the one that is there with --if-exists skip, or choose another name or domain',
  ...asking
}: LostThing<T>): Promise<T> {
  const details = { ...detailsOf(asking.lost), cause: asking.lost };
  const found = await lookForLost(asking);
  if (!found) {
    throw new CliError('unavailable', `${what} was not created as far as can be seen: the answer was lost, and it is not there`, {
      ...details,
      hint: 'safe to run again: it is unique, and cannot be created twice',
    });
  }
  const isNew = serverClock.follows(found.created_at, sentAt);
  const isSame = await wanted(found, isWanted, asking.lost);
  if (isSame && isNew) return found;
  if (isSame && isNew === undefined) throw asking.lost;
  throw new CliError('conflict', `${what} cannot be created: it is taken by ${found.id}`, {
    ...details,
    hint: ifTaken,
  });
}

/** Throws the `unknown_outcome` when the server cannot be asked. */
async function wanted<T>(found: T, isWanted: (found: T) => boolean | Promise<boolean>, lost: CliError): Promise<boolean> {
  try {
    return await isWanted(found);
  } catch (error) {
    throw isCliError(error) ? lost : error;
  }
}
