import type { Clock } from '../edges.ts';
import type { HttpClient } from '../http/client.ts';

/** How far a server's clock may be from ours where its answers do not show it, in milliseconds. */
const UNKNOWN_SKEW_MS = 120_000;
/** Dates of answers, and many dates in them, are whole seconds. */
const RESOLUTION_MS = 1_000;

/** The clock of a server, as the header `Date` of its latest answer shows it (RFC 9110 section 6.6.1). */
export interface ServerClock {
  /** Whether a date of the server may be that of something which happened after `ourTime`, in milliseconds since the epoch; a date that is not known may. */
  readonly mayFollow: (date: string | null, ourTime: number) => boolean;
}

/** The HTTP client, and with it the clock of the server that it asks. */
export function withServerClock(http: HttpClient, clock: Pick<Clock, 'now'>): readonly [HttpClient, ServerClock] {
  let aheadMs: number | undefined;
  const noting: HttpClient = {
    ...http,
    send: async (request, signal) => {
      const response = await http.send(request, signal);
      const date = Date.parse(response.headers['date'] ?? '');
      if (!Number.isNaN(date)) aheadMs = date - clock.now();
      return response;
    },
  };
  return [
    noting,
    {
      mayFollow: (date, ourTime) => {
        const time = Date.parse(date ?? '');
        const earliest = aheadMs === undefined ? ourTime - UNKNOWN_SKEW_MS : ourTime + aheadMs - RESOLUTION_MS;
        return Number.isNaN(time) || time >= earliest;
      },
    },
  ];
}
