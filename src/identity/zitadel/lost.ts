import { CliError } from '../../errors.ts';
import { type Lost, lookForLost } from '../look-for-lost.ts';

/** How far the server's clock may be from ours, in milliseconds. */
const CLOCK_SKEW_MS = 120_000;

export interface LostThing<T> extends Lost<T> {
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
