import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock, Connection, PeerCheck } from '../edges.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { type AuthorizationAnswer, type ExpectedAnswer, readAuthorizationResponse } from './authorization-response.ts';
import { ALREADY_USED, type CallbackPage, notForUs, PAGE_HEADERS, renderCallbackPage } from './callback-page.ts';
import { withTimeLimit } from './time-limit.ts';

const CALLBACK_PATH = '/callback';
/** How long a browser may take to follow from the one to the other. */
const FOLLOW_WITHIN_MS = 1_000;
/** How many of the requests that come to nothing are looked at for whose they are: to look takes as long as the machine has connections. */
const IDLE_CHECKS = 16;
const FOREIGN_USER = notForUs(403, 'no process of the user who signs in is behind it');
/** A browser sends its request at once; a connection that does not is ended, so that many of them cannot use up what a process may open. */
const TIME_LIMITS = { headersTimeout: 3_000, requestTimeout: 3_000, connectionsCheckingInterval: 500 } as const;

/** Listens on loopback for the answer to one authorization request (RFC 8252 section 7.3). */
export interface CallbackListener {
  readonly redirectUri: string;
  /** The first answer that belongs to the request; whatever else arrives is turned away and changes nothing. */
  readonly answer: Promise<AuthorizationAnswer>;
  /**
   * An address that leads to another one, once, and only from outside a page: for command lines, which every user of the machine can read.
   * Whoever asks for it later learns that it was used.
   */
  readonly startAt: (url: string) => string;
  /** Whether the address to start at was asked for again after it was used. */
  readonly startedAgain: () => boolean;
  /** Shows the browser that brought the answer how it ended; the first time only. Resolves when it has the page, or does not come for it. Never throws. */
  readonly finish: (page: CallbackPage, signal: AbortSignal | undefined) => Promise<void>;
  /** Closes the port and every connection. */
  readonly close: () => Promise<void>;
}

/** Who may come, where the system tells who does. */
export interface Visitors {
  readonly isOwnPeer?: PeerCheck | undefined;
  /** Called for requests of another user. */
  readonly onForeignPeer?: (() => void) | undefined;
}

/** Opens a free port on 127.0.0.1, or on [::1] where there is no IPv4. Throws `auth` when neither can be had. */
export async function listenForCallback(
  expected: ExpectedAnswer,
  clock: Clock,
  { isOwnPeer, onForeignPeer }: Visitors = {},
): Promise<CallbackListener> {
  let resolveAnswer: (answer: AuthorizationAnswer) => void;
  const answer = new Promise<AuthorizationAnswer>((resolve) => {
    resolveAnswer = resolve;
  });
  let waitingBrowser: ServerResponse | undefined;
  let lastPage: CallbackPage | undefined;
  let onLastPageSent = () => {};
  // Where the browser ends up, so that the code leaves the address bar and the history (RFC 6749 section 3.1.2.5). Nobody else can guess it:
  // a stranger who came for the page first would take it from the person.
  const donePath = `/done/${randomBytes(16).toString('base64url')}`;
  const startPath = `/start/${randomBytes(16).toString('base64url')}`;
  let startTarget: string | undefined;
  let starts = 0;
  const latest = new Map<string, Socket>();
  let checks = 0;

  /** Whether a request is from another user, as far as the system tells; `isIdle` when it comes to nothing anyhow, of which not all are looked at. */
  function isForeign({ socket }: IncomingMessage, isIdle: boolean): boolean {
    if (!isOwnPeer || (isIdle && checks >= IDLE_CHECKS)) return false;
    checks += 1;
    const connection = connectionOf(socket);
    const isLatest = latest.get(`${socket.remoteAddress} ${socket.remotePort}`) === socket;
    if (connection !== undefined && isLatest && isOwnPeer(connection)) return false;
    onForeignPeer?.();
    return true;
  }

  const server = createServer(TIME_LIMITS, (request, response) => {
    request.resume();
    const { path, query } = splitTarget(request);
    const isStart = path === startPath && startTarget !== undefined;
    const isDone = path === donePath && lastPage !== undefined;
    if (path !== CALLBACK_PATH && !isStart && !isDone) {
      return show(response, isForeign(request, true) ? FOREIGN_USER : notForUs(404, 'there is no such page'));
    }
    if (request.method !== 'GET') {
      return show(response, notForUs(405, 'only GET is answered here'), { allow: 'GET' });
    }
    // `headers` has the first of several only (RFC 9112 section 3.2 forbids them).
    if (request.headersDistinct['host']?.join() !== host) {
      return show(response, notForUs(400, 'it is addressed to another host'));
    }
    if (isStart) {
      if (isForeign(request, false)) return show(response, FOREIGN_USER);
      if (isFromPage(request)) return show(response, notForUs(403, 'a page asked for it, not you'));
      starts += 1;
      if (starts > 1) return show(response, ALREADY_USED);
      return void response.writeHead(303, { ...PAGE_HEADERS, location: startTarget }).end();
    }
    if (lastPage && isDone) {
      response.once('close', onLastPageSent);
      return show(response, lastPage);
    }
    const verdict = waitingBrowser
      ? ({ kind: 'foreign', reason: 'the sign-in already has its answer' } as const)
      : readAuthorizationResponse(new URLSearchParams(query), expected);
    if (isForeign(request, verdict.kind === 'foreign')) return show(response, FOREIGN_USER);
    if (verdict.kind === 'foreign') {
      return show(response, notForUs(400, verdict.reason));
    }
    waitingBrowser = response;
    resolveAnswer(verdict);
  });
  // Which connection from a port is the latest: an earlier one is over, and what the system tells is about this one.
  server.on('connection', (socket: Socket) => latest.set(`${socket.remoteAddress} ${socket.remotePort}`, socket));
  const { address, port } = await listenOnLoopback(server);
  const host = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

  return {
    redirectUri: `http://${host}${CALLBACK_PATH}`,
    answer,
    startAt(url) {
      startTarget = url;
      return `http://${host}${startPath}`;
    },
    startedAgain: () => starts > 1,
    async finish(page, signal) {
      if (!waitingBrowser || waitingBrowser.destroyed || waitingBrowser.headersSent) return;
      if (signal?.aborted) return show(waitingBrowser, page);
      const sent = new Promise<void>((resolve) => {
        onLastPageSent = resolve;
      });
      lastPage = page;
      waitingBrowser.writeHead(303, { ...PAGE_HEADERS, location: donePath }).end();
      await withTimeLimit(
        () => sent,
        { clock, milliseconds: FOLLOW_WITHIN_MS, signal },
        () => undefined,
      ).catch(() => undefined);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Both ends of a connection; undefined when the other one is gone. */
function connectionOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): Connection | undefined {
  if (localAddress === undefined || localPort === undefined || remoteAddress === undefined || remotePort === undefined) return undefined;
  return { local: { address: localAddress, port: localPort }, remote: { address: remoteAddress, port: remotePort } };
}

/** Browsers say of a request that no page caused it (Fetch Metadata); what says nothing is no browser, or an old one. */
function isFromPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'none';
}

/** The target as it came: resolving it as a URL would let `//host/callback` and `/x/../callback` in. */
function splitTarget({ url = '' }: IncomingMessage): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function show(response: ServerResponse, page: CallbackPage, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(page.status, { ...PAGE_HEADERS, ...headers }).end(renderCallbackPage(page));
}

async function listenOnLoopback(server: Server): Promise<AddressInfo> {
  try {
    return await listen(server, '127.0.0.1').catch(() => listen(server, '::1'));
  } catch (cause) {
    throw new CliError('auth', 'no port can be opened on this computer for the browser to come back to', {
      hint: helpWith('sign in with a code instead', 'login', '--device'),
      cause,
    });
  }
}

function listen(server: Server, address: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: 0, exclusive: true }, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('not a TCP address'));
      else resolve(bound);
    });
  });
}
