import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../database.ts';
import { isFromOtherOrigin } from '../host-guard.ts';
import { readFlowkiwiTree } from './flowkiwi-tree.ts';
import { createLiveUpdates } from './live-updates.ts';
import { OVERVIEW_POLICY, overviewPage } from './overview-page.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { readZitadelTree } from './zitadel-tree.ts';

export interface Overview {
  /** Answers a request for the page or its updates; undefined when the request is for neither. */
  readonly handlerOf: (path: string) => ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;
  /** Notes a request for the page. */
  readonly watch: RequestLog['watch'];
  /** Organizations or instances may have changed in another way than by a request that is watched. */
  readonly changed: () => void;
  readonly close: () => void;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': OVERVIEW_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The page at `/_sandbox/`: what is in the sandbox and the latest requests, live. It shows no token and no query of a sign-in. */
export function createOverview({ database, origin }: { readonly database: Database; readonly origin: string }): Overview {
  const log = createRequestLog(() => updates.changed());
  const trees = () => [readFlowkiwiTree(database), readZitadelTree(database)];
  const updates = createLiveUpdates({ trees, requestsSince: log.since });

  async function showPage(response: ServerResponse): Promise<void> {
    const text = overviewPage(origin, trees(), log.since(0));
    await database.durable();
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
    });
    response.end(text);
  }

  async function sendUpdates(response: ServerResponse): Promise<void> {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
    updates.connect(response);
  }

  async function goToPage(response: ServerResponse): Promise<void> {
    response.writeHead(308, { location: '/_sandbox/' });
    response.end();
  }

  const pages = new Map([
    ['/_sandbox', goToPage],
    ['/_sandbox/', showPage],
    ['/_sandbox/events', sendUpdates],
  ]);

  return {
    watch: log.watch,
    changed: updates.changed,
    close: updates.close,
    handlerOf: (path) => {
      const show = pages.get(path);
      return show && ((request, response) => answer(request, response, show));
    },
  };

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    show: (response: ServerResponse) => Promise<void>,
  ): Promise<void> {
    request.resume();
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
    if (isFromOtherOrigin(request, origin)) return refuse(response, 403);
    await show(response);
    // A HEAD request for the updates would never end.
    if (method === 'HEAD') response.end();
  }
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...HEADERS, ...headers });
  response.end();
}
