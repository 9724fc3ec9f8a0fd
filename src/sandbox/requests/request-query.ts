import { pathMatcher } from '../faults/path-pattern.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import { requestDocument } from './request-document.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

/** Which of the remembered requests are asked for. */
export interface RequestQuery {
  readonly matches: (entry: LoggedRequest) => boolean;
  /** Those with a greater number alone. */
  readonly after: number;
  readonly limit: number;
  /** How long to wait for one, in milliseconds; 0 for not at all. */
  readonly waitMs: number;
  /** Whether their first lines are enough. */
  readonly isSummary: boolean;
}

const LONGEST_WAIT_S = 60;
const MOST = 1000;

/** What a query may hold, each with a test whose value is that of the parameter. */
const FILTERS: Readonly<Record<string, (value: string) => (entry: LoggedRequest) => boolean>> = {
  number: (value) => (entry) => `${entry.number}` === value,
  before: (value) => {
    if (!/^\d{1,15}$/.test(value)) throw new ApiError(422, 'before: the number of a request.');
    return ({ number }) => number < Number(value);
  },
  method: (value) => (entry) => entry.method === value.toUpperCase(),
  path: (value) => {
    const matches = pathMatcher(value);
    return ({ target }) => matches(target.split('?', 1)[0] ?? '');
  },
  status: (value) => {
    if (!/^(?:[1-5](?:xx|\d\d)|cut)$/.test(value)) throw new ApiError(422, 'status: a status such as 201, a class such as 4xx, or cut.');
    return ({ status = 'cut' }) => (value.endsWith('xx') ? `${status}`.startsWith(value.charAt(0)) : `${status}` === value);
  },
  text: (value) => (entry) => JSON.stringify(requestDocument(entry, '')).toLowerCase().includes(value.toLowerCase()),
};

/** Reads a query such as `method=POST&path=/api/*&status=4xx&wait=5`. Throws `ApiError` for a parameter that is unknown or has no such value. */
export function readRequestQuery(query: URLSearchParams): RequestQuery {
  const tests = [...query].flatMap(([name, value]) => {
    if (['after', 'limit', 'wait', 'view'].includes(name)) return [];
    const test = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    if (test === undefined) throw new ApiError(400, `${name}: a request is found by ${[...Object.keys(FILTERS), 'after'].join(', ')}.`);
    return [test(value)];
  });
  const number = (name: string, usual: number, most: number) => {
    const text = query.get(name) ?? `${usual}`;
    if (!/^\d{1,15}$/.test(text) || Number(text) > most) throw new ApiError(422, `${name}: a whole number up to ${most}.`);
    return Number(text);
  };
  const view = query.get('view') ?? 'whole';
  if (view !== 'whole' && view !== 'summary') throw new ApiError(422, 'view: "whole" or "summary".');
  return {
    matches: (entry) => tests.every((test) => test(entry)),
    after: number('after', 0, Number.MAX_SAFE_INTEGER),
    limit: number('limit', 100, MOST),
    waitMs: number('wait', 0, LONGEST_WAIT_S) * 1000,
    isSummary: view === 'summary',
  };
}

export interface FoundRequests<Shown> {
  /** The oldest first; of too many the latest. */
  readonly requests: readonly Shown[];
  /** Number of the latest request that was looked at, for `after` next time. */
  readonly last: number;
}

/** Looks for requests, and waits for one where none is there. Ends early with `signal`, and when the log is closed. */
export async function findRequests<Shown>(
  log: RequestLog,
  query: RequestQuery,
  show: (entry: LoggedRequest) => Shown,
  signal: AbortSignal,
): Promise<FoundRequests<Shown>> {
  const find = () => log.since(query.after).filter(query.matches).slice(0, query.limit);
  let found = find();
  if (found.length === 0 && query.waitMs > 0 && !log.isClosed()) {
    await nextMatch(log, query, signal);
    found = find();
  }
  return { requests: found.map(show).reverse(), last: log.count() };
}

function nextMatch(log: RequestLog, { matches, after, waitMs }: RequestQuery, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const stop = log.listen((entry) => {
      if (entry === undefined || (entry.number > after && matches(entry))) end();
    });
    const timer = setTimeout(end, waitMs);
    signal.addEventListener('abort', end, { once: true });
  });
}
