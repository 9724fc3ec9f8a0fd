import type { ServerResponse } from 'node:http';
import type { LoggedRequest } from '../requests/request-log.ts';
import { requestRows, treesHtml } from './overview-page.ts';
import { MOST_SHOWN } from './overview-script.ts';
import type { Tree } from './tree.ts';

export interface LiveUpdates {
  /** Sends everything at once, then what is new, a line of JSON each time, until the viewer leaves. */
  readonly connect: (response: ServerResponse) => void;
  /** Something may have changed. Costs nothing while nobody looks on. */
  readonly changed: () => void;
  /** Lets every viewer go. */
  readonly close: () => void;
}

interface Viewer {
  /** Number of the last request that it was sent; undefined before the first. */
  seen: number | undefined;
  tree: string;
}

/** Shortest time between two updates, so that many requests in a row cost little. */
const PAUSE_MS = 250;

export function createLiveUpdates(source: {
  readonly trees: () => readonly Tree[];
  readonly requestsSince: (number: number) => readonly LoggedRequest[];
}): LiveUpdates {
  const viewers = new Map<ServerResponse, Viewer>();
  let timer: NodeJS.Timeout | undefined;

  function send(response: ServerResponse, viewer: Viewer, tree: string): void {
    const requests = source.requestsSince(viewer.seen ?? 0).slice(0, MOST_SHOWN);
    const update = {
      ...(tree === viewer.tree ? {} : { tree }),
      rows: requestRows(requests).html,
      all: viewer.seen === undefined || requests.length === MOST_SHOWN,
    };
    viewer.seen = requests[0]?.number ?? viewer.seen ?? 0;
    viewer.tree = tree;
    // What a viewer is too slow for is left out until it has caught up.
    if (!response.write(`${JSON.stringify(update)}\n`)) response.once('drain', changed);
  }

  function changed(): void {
    if (viewers.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const tree = treesHtml(source.trees()).html;
      for (const [response, viewer] of viewers) if (!response.writableNeedDrain) send(response, viewer, tree);
    }, PAUSE_MS).unref();
  }

  return {
    connect: (response) => {
      const viewer: Viewer = { seen: undefined, tree: '' };
      viewers.set(response, viewer);
      response.once('close', () => viewers.delete(response));
      send(response, viewer, treesHtml(source.trees()).html);
    },
    changed,
    close: () => {
      clearTimeout(timer);
      for (const response of viewers.keys()) response.end();
    },
  };
}
