import type { Clock } from '../edges.ts';
import type { HttpClient, HttpResponse } from './client.ts';

/** How far a server's clock may be from ours where its answers do not show it, in milliseconds. */
const UNKNOWN_SKEW_MS = 120_000;
/** Dates of answers, and many dates in them, are whole seconds. */
const RESOLUTION_MS = 1_000;

/** The clock of a server, as the header `Date` of its latest answer shows it (RFC 9110 section 6.6.1). */
export interface ServerClock {
  /** Whether a date of the server may be that of something which happened after `ourTime`, in milliseconds since the epoch; a date that is not known may. */
  readonly mayFollow: (date: string | null, ourTime: number) => boolean;
  /** Whether it is that of something which happened after `ourTime`; undefined when that cannot be told. */
  readonly follows: (date: string | null, ourTime: number) => boolean | undefined;
  /** How far our clock is ahead of the server's, in milliseconds; negative when it is behind, 0 while it is not known. */
  readonly oursIsAheadMs: () => number;
}

/** Less is what an answer takes on its way, and servers make allowance for it. */
const NOTICEABLE_MS = 10_000;

/** How far our clock, which says `now`, is ahead of that of the server that gave the answer; undefined where the answer does not show it. Pure. */
export function clockAheadMs({ headers }: Pick<HttpResponse, 'headers'>, now: number): number | undefined {
  // What comes out of a cache was dated when it went in (RFC 9111 section 5.1).
  const age = /^\d+$/.test(headers['age'] ?? '') ? Number(headers['age']) * 1_000 : 0;
  const date = Date.parse(headers['date'] ?? '');
  return Number.isNaN(date) ? undefined : now - date - age;
}

/** Whether the two clocks are so far apart that the times in a signed token may be why it is refused. Pure. */
export function isWrongClock(aheadMs: number): boolean {
  return Math.abs(aheadMs) > NOTICEABLE_MS;
}

/** `this computer's clock is 3 h ahead of id.example`; undefined where it is right, as far as that is known. Pure. */
export function wrongClock(aheadMs: number, { host }: URL): string | undefined {
  if (!isWrongClock(aheadMs)) return undefined;
  return `this computer's clock is ${inWords(Math.abs(aheadMs) / 1_000)} ${aheadMs > 0 ? 'ahead of' : 'behind'} ${host}`;
}

function inWords(seconds: number): string {
  const units = [
    ['s', 1, 120],
    ['min', 60, 7_200],
    ['h', 3_600, 172_800],
    ['days', 86_400, Number.POSITIVE_INFINITY],
  ] as const;
  const [unit, length] = units.find(([, , limit]) => seconds <= limit) ?? units[3];
  return `${Math.round(seconds / length)} ${unit}`;
}

/** The HTTP client, and with it the clock of the server that it asks. */
export function withServerClock(http: HttpClient, clock: Pick<Clock, 'now'>): readonly [HttpClient, ServerClock] {
  let oursIsAheadMs: number | undefined;
  const noting: HttpClient = {
    ...http,
    send: async (request, signal) => {
      const response = await http.send(request, signal);
      oursIsAheadMs = clockAheadMs(response, clock.now()) ?? oursIsAheadMs;
      return response;
    },
  };
  const follows = (date: string | null, ourTime: number) => {
    const time = Date.parse(date ?? '');
    if (Number.isNaN(time)) return undefined;
    if (oursIsAheadMs !== undefined) return time >= ourTime - oursIsAheadMs - RESOLUTION_MS;
    return time >= ourTime - UNKNOWN_SKEW_MS ? undefined : false;
  };
  const mayFollow = (date: string | null, ourTime: number) => follows(date, ourTime) !== false;
  return [noting, { follows, mayFollow, oursIsAheadMs: () => oursIsAheadMs ?? 0 }];
}
