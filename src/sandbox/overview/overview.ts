import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHALLENGE, type ControlSecret, showsSecret } from '../control-secret.ts';
import type { Database } from '../database.ts';
import { isFromOtherOrigin, isIssuerHost } from '../host-guard.ts';
import type { RequestLog } from '../requests/request-log.ts';
import { readFlowkiwiTree } from './flowkiwi-tree.ts';
import { createLiveUpdates } from './live-updates.ts';
import { OVERVIEW_POLICY, overviewPage } from './overview-page.ts';
import { readZitadelTree } from './zitadel-tree.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Overview {
  /** Answers a request for the page or its updates; undefined when the request is for neither. */
  readonly handlerOf: (path: string) => Handler | undefined;
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

export interface OverviewOptions {
  readonly database: Database;
  readonly origin: string;
  readonly secret: ControlSecret;
  readonly log: RequestLog;
}

/**
 * The page at `/_sandbox/`: what is in the sandbox and the latest requests, live. It shows no token and no query of a sign-in. The document
 * itself is empty, and anybody may have it; its script asks for what is in it, with the secret.
 */
export function createOverview({ database, origin, secret, log }: OverviewOptions): Overview {
  log.listen(() => updates.changed());
  const trees = () => [readFlowkiwiTree(database), readZitadelTree(database)];
  const updates = createLiveUpdates({ trees, requestsSince: log.since });

  // Its secret and its requests belong to one origin; `localhost` is another name for it.
  async function showPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isIssuerHost(request, origin)) return goTo(response, 307, `${origin}/_sandbox/`);
    const text = overviewPage(origin);
    response.writeHead(200, {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
    });
    response.end(text);
  }

  async function sendUpdates(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!showsSecret(request, secret)) return refuse(response, 401, CHALLENGE);
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/x-ndjson; charset=utf-8' });
    updates.connect(response);
  }

  const pages = new Map<string, Handler>([
    ['/_sandbox', async (_, response) => goTo(response, 308, '/_sandbox/')],
    ['/_sandbox/', showPage],
    ['/_sandbox/events', sendUpdates],
  ]);

  return {
    changed: updates.changed,
    close: updates.close,
    handlerOf: (path) => {
      const show = pages.get(path);
      return show && ((request, response) => answer(request, response, show));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse, show: Handler): Promise<void> {
    request.resume();
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' });
    if (isFromOtherOrigin(request, origin)) return refuse(response, 403);
    await show(request, response);
    // A HEAD request for the updates would never end.
    if (method === 'HEAD') response.end();
  }
}

function goTo(response: ServerResponse, status: 307 | 308, location: string): void {
  response.writeHead(status, { location });
  response.end();
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...HEADERS, ...headers });
  response.end();
}
