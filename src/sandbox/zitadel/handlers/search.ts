import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { TextQueryMethod } from '@zitadel/proto/zitadel/object_pb';
import type { Call } from '../calls/call.ts';

/** The part of a result that a request asks for; no limit means everything. */
export interface Page {
  readonly offset: bigint;
  readonly limit: number;
  readonly asc: boolean;
}

/** What was found, sorted if there is something to sort by, and cut to the page. Descending unless `asc` is set. */
export function pageOf<T>(found: readonly T[], page: Page | undefined, compare: ((a: T, b: T) => number) | undefined): T[] {
  const { offset = 0n, limit = 0, asc = false } = page ?? {};
  const sorted = compare === undefined ? found : found.toSorted((a, b) => (asc ? compare(a, b) : compare(b, a)));
  return sorted.slice(Number(offset), limit === 0 ? undefined : Number(offset) + limit);
}

/** How the v1 API describes a whole result, of which the page is a part; a page beyond the end says nothing of it. */
export function listDetails(found: readonly unknown[], page: Page | undefined, { now, switches }: Call) {
  return { totalResult: totalResult(found.length, page), viewTimestamp: timestampFromMs(now - switches.lag) };
}

/** The same of the v2 API. */
export function listDetailsV2(total: number, page: Page | undefined, { now, switches }: Call) {
  return { totalResult: totalResult(total, page), timestamp: timestampFromMs(now - switches.lag) };
}

/** Whether the text is what a query looks for. `method` is a `TextQueryMethod`, whose numbers are the same in both APIs. */
export function matchesText(text: string, wanted: string, method: number): boolean {
  const [folded, wantedFolded] = [text.toLowerCase(), wanted.toLowerCase()];
  switch (method) {
    case TextQueryMethod.EQUALS_IGNORE_CASE:
      return folded === wantedFolded;
    case TextQueryMethod.STARTS_WITH:
      return text.startsWith(wanted);
    case TextQueryMethod.STARTS_WITH_IGNORE_CASE:
      return folded.startsWith(wantedFolded);
    case TextQueryMethod.CONTAINS:
      return text.includes(wanted);
    case TextQueryMethod.CONTAINS_IGNORE_CASE:
      return folded.includes(wantedFolded);
    case TextQueryMethod.ENDS_WITH:
      return text.endsWith(wanted);
    case TextQueryMethod.ENDS_WITH_IGNORE_CASE:
      return folded.endsWith(wantedFolded);
    default:
      return text === wanted;
  }
}

/** Compares texts regardless of case, for sorting. */
export function compareTexts(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function totalResult(total: number, page: Page | undefined): bigint {
  return (page?.offset ?? 0n) >= total ? 0n : BigInt(total);
}
