import type { ServerResponse } from 'node:http';
import { type RequestSummary, requestSummary } from '../requests/request-document.ts';
import type { LoggedRequest } from '../requests/request-log.ts';
import type { RequestQuery } from '../requests/request-query.ts';

/** What a viewer is told, a line of JSON each time. What has not changed since the last line is left out, but for the requests. */
export interface Update {
  /** Those that the viewer asked for and has not seen yet, the oldest first. */
  readonly requests: readonly RequestSummary[];
  /** Whether these take the place of all that the viewer has: at first, and when there were more of them than are sent at once. */
  readonly all: boolean;
  /** Another number when organizations, instances or accounts may have changed. */
  readonly revision?: number;
  readonly counts?: object;
  readonly faults?: object;
  readonly switches?: object;
}

export interface LiveUpdates {
  /** Sends what there is at once, then what is new, until the viewer leaves. Of the requests those of the query alone. */
  readonly connect: (response: ServerResponse, query: RequestQuery) => void;
  /** Something may have changed. Costs nothing while nobody looks on. */
  readonly changed: () => void;
  /** Lets every viewer go. */
  readonly close: () => void;
}

/** What the updates are made of; the numbers and objects of `state` are told when their JSON is another. */
export interface UpdateSource {
  readonly requestsSince: (number: number) => readonly LoggedRequest[];
  /** The number of the latest request. */
  readonly latest: () => number;
  readonly state: () => Required<Omit<Update, 'requests' | 'all'>>;
}

interface Viewer {
  readonly query: RequestQuery;
  /** Number of the last request that it was sent, or that it does not want; undefined before the first. */
  seen: number | undefined;
  /** The JSON of each part of the state as it was told. */
  readonly told: Map<string, string>;
}

/** Shortest time between two updates, so that many requests in a row cost little. */
const PAUSE_MS = 250;

export function createLiveUpdates(source: UpdateSource): LiveUpdates {
  const viewers = new Map<ServerResponse, Viewer>();
  let timer: NodeJS.Timeout | undefined;

  function send(response: ServerResponse, viewer: Viewer, state: ReturnType<UpdateSource['state']>): void {
    const { query, seen, told } = viewer;
    const latest = source.latest();
    const found = source.requestsSince(seen ?? query.after).filter(query.matches);
    const requests = found.slice(0, query.limit).map(requestSummary).reverse();
    viewer.seen = latest;
    const news = Object.entries(state).filter(([name, value]) => {
      const text = JSON.stringify(value);
      if (told.get(name) === text) return false;
      told.set(name, text);
      return true;
    });
    if (seen !== undefined && requests.length === 0 && news.length === 0) return;
    const update: Update = { ...Object.fromEntries(news), requests, all: seen === undefined || found.length > query.limit };
    // What a viewer is too slow for is left out until it has caught up.
    if (!response.write(`${JSON.stringify(update)}\n`)) response.once('drain', changed);
  }

  function changed(): void {
    if (viewers.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const state = source.state();
      for (const [response, viewer] of viewers) if (!response.writableNeedDrain) send(response, viewer, state);
    }, PAUSE_MS).unref();
  }

  return {
    connect: (response, query) => {
      const viewer: Viewer = { query, seen: undefined, told: new Map() };
      viewers.set(response, viewer);
      response.once('close', () => viewers.delete(response));
      send(response, viewer, source.state());
    },
    changed,
    close: () => {
      clearTimeout(timer);
      for (const response of viewers.keys()) response.end();
    },
  };
}
