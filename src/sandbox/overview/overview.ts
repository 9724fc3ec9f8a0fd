import type { IncomingMessage, ServerResponse } from 'node:http';
import { CHALLENGE, type ControlSecret, SECRET_NEEDED, showsSecret } from '../control-secret.ts';
import type { Database } from '../database.ts';
import { countMade } from '../emptying.ts';
import type { Faults } from '../faults/faults.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import { isFromOtherOrigin, isIssuerHost } from '../host-guard.ts';
import type { RequestLog } from '../requests/request-log.ts';
import { readRequestQuery } from '../requests/request-query.ts';
import type { Switches } from '../switches.ts';
import { createLiveUpdates } from './live-updates.ts';
import { overviewPage, overviewPolicy } from './overview-page.ts';
import { pageFile } from './page-files.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Overview {
  /** Answers a request for the page, its files or its updates; undefined when the request is for none of them. */
  readonly handlerOf: (path: string) => Handler | undefined;
  /** Organizations or instances may have changed in another way than by a request that is watched. */
  readonly changed: () => void;
  readonly close: () => void;
}

export interface OverviewOptions {
  readonly database: Database;
  readonly origin: string;
  readonly secret: ControlSecret;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly switches: { readonly current: () => Switches };
}

const FILES = '/_sandbox/page/';

/**
 * The page at `/_sandbox/`: what is in the sandbox and the latest requests, live, and the controls. The document and its files have nothing of
 * the sandbox in them, and anybody may have them; the page asks for the rest, with the secret.
 */
export function createOverview({ database, origin, secret, log, faults, switches }: OverviewOptions): Overview {
  log.listen(() => updates.changed());
  const headers = {
    'cache-control': 'no-store',
    'content-security-policy': overviewPolicy(origin, FILES),
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
  const updates = createLiveUpdates({
    requestsSince: log.since,
    latest: log.count,
    state: () => ({
      // How many rows this connection has changed so far.
      revision: Number(database.get('SELECT total_changes() AS total')?.['total']),
      counts: { ...countMade(database), requests: log.count() },
      faults: faults.describe(),
      switches: switches.current(),
    }),
  });

  // Its secret and its requests belong to one origin; `localhost` is another name for it.
  async function showPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isIssuerHost(request, origin)) return goTo(response, 307, `${origin}/_sandbox/`);
    send(response, { type: 'text/html; charset=utf-8', text: overviewPage(FILES) });
  }

  async function sendUpdates(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!showsSecret(request, secret)) return refuse(response, 401, SECRET_NEEDED, CHALLENGE);
    try {
      const query = readRequestQuery(new URL(request.url ?? '', origin).searchParams);
      response.writeHead(200, { ...headers, 'content-type': 'application/x-ndjson; charset=utf-8' });
      updates.connect(response, query);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(response, error.status, error.message);
    }
  }

  function showFile(name: string): Handler | undefined {
    const file = pageFile(name);
    return file && (async (_, response) => send(response, file));
  }

  function send(response: ServerResponse, { type, text }: { readonly type: string; readonly text: string }): void {
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': String(Buffer.byteLength(text)) });
    response.end(text);
  }

  function refuse(response: ServerResponse, status: number, detail: string, more: Readonly<Record<string, string>> = {}): void {
    response.writeHead(status, { ...headers, ...more, 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ status, detail }));
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
      const show = path.startsWith(FILES) ? showFile(path.slice(FILES.length)) : pages.get(path);
      return show && ((request, response) => answer(request, response, show));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse, show: Handler): Promise<void> {
    request.resume();
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Use GET.', { allow: 'GET, HEAD' });
    if (isFromOtherOrigin(request, origin)) return refuse(response, 403, 'Requests of other web pages are refused.');
    await show(request, response);
    // A HEAD request for the updates would never end.
    if (method === 'HEAD') response.end();
  }
}

function goTo(response: ServerResponse, status: 307 | 308, location: string): void {
  response.writeHead(status, { location });
  response.end();
}
