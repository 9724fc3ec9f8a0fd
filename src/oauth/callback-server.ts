import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import type { Clock, Connection, PeerCheck } from '../edges.ts';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { type AuthorizationAnswer, type ExpectedAnswer, readAuthorizationResponse } from './authorization-response.ts';
import { ALREADY_USED, type CallbackPage, notForUs, PAGE_HEADERS, renderCallbackPage } from './callback-page.ts';
import { withTimeLimit } from './time-limit.ts';

const DEFAULT_PATH = '/callback';
/** The first byte of a TLS record with a hello (RFC 8446 section 5.1). */
const TLS_HANDSHAKE = 0x16;
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
  readonly answer: () => Promise<AuthorizationAnswer>;
  /**
   * Sends the browser that brought the answer to the address of another request, and waits for the answer to that one. False when the browser has
   * gone: the person has to be told the address.
   */
  readonly goOn: (url: string, expected: ExpectedAnswer) => boolean;
  /**
   * An address that leads to another one, once, and only from outside a page: for command lines, which every user of the machine can read.
   * Later requests are told that it was used.
   */
  readonly startAt: (url: string) => string;
  /** Resolves when a browser was led on from the address to start at. */
  readonly started: Promise<void>;
  /** Whether the address to start at was asked for again after it was used. */
  readonly startedAgain: () => boolean;
  /** Shows the browser that brought the answer how it ended; the first time only. Resolves when it has the page, or does not come for it. Never throws. */
  readonly finish: (page: CallbackPage, signal: AbortSignal | undefined) => Promise<void>;
  /** Closes the port and every connection. */
  readonly close: () => Promise<void>;
}

/** Where the browser comes back to, as far as it is settled. */
export interface CallbackPlace {
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly host?: string | undefined;
}

/** What comes to the port and is no answer, but worth telling the person. */
export type StrayVisit =
  | { readonly kind: 'error'; readonly error: string; readonly description: string | undefined }
  | { readonly kind: 'tls' };

export interface ListenOptions {
  /** Who may come, where the system tells who does. */
  readonly isOwnPeer?: PeerCheck | undefined;
  /** Called for requests of another user. */
  readonly onForeignPeer?: (() => void) | undefined;
  readonly place?: CallbackPlace | undefined;
  readonly onStray?: ((visit: StrayVisit) => void) | undefined;
}

/**
 * Opens a port on 127.0.0.1, or on [::1] where there is no IPv4; a free one unless it is settled. Throws `auth` when neither can be had, and
 * `conflict` when the port is taken.
 */
export async function listenForCallback(
  expected: ExpectedAnswer,
  clock: Clock,
  { place = {}, onStray, isOwnPeer, onForeignPeer }: ListenOptions = {},
): Promise<CallbackListener> {
  const { path: callbackPath = DEFAULT_PATH } = place;
  let awaited = { expected, ...pendingAnswer() };
  let waitingBrowser: ServerResponse | undefined;
  let lastPage: CallbackPage | undefined;
  let onLastPageSent = () => {};
  // Where the browser ends up, so that the code leaves the address bar and the history (RFC 6749 section 3.1.2.5). Nobody else can guess it:
  // a stranger who came for the page first would take it from the person.
  const donePath = `/done/${randomBytes(16).toString('base64url')}`;
  const startPath = `/start/${randomBytes(16).toString('base64url')}`;
  let startTarget: string | undefined;
  let starts = 0;
  let onStarted = () => {};
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });
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
    if (path !== callbackPath && !isStart && !isDone) {
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
      response.once('close', onStarted);
      return void response.writeHead(303, { ...PAGE_HEADERS, location: startTarget }).end();
    }
    if (lastPage && isDone) {
      response.once('close', onLastPageSent);
      return show(response, lastPage);
    }
    const verdict = waitingBrowser
      ? ({ kind: 'foreign', reason: 'the sign-in already has its answer' } as const)
      : readAuthorizationResponse(new URLSearchParams(query), awaited.expected);
    if (isForeign(request, verdict.kind === 'foreign')) return show(response, FOREIGN_USER);
    if (verdict.kind === 'foreign') {
      const stray = strayError(new URLSearchParams(query));
      if (stray) onStray?.(stray);
      return show(response, notForUs(400, verdict.reason));
    }
    waitingBrowser = response;
    awaited.resolve(verdict);
  });
  // Which connection from a port is the latest: an earlier one is over, and what the system tells is about this one.
  server.on('connection', (socket: Socket) => latest.set(`${socket.remoteAddress} ${socket.remotePort}`, socket));
  server.on('clientError', (error: ClientError, socket) => {
    if (error.rawPacket?.[0] === TLS_HANDSHAKE) onStray?.({ kind: 'tls' });
    const status = CLIENT_ERRORS[error.code ?? ''] ?? '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    else socket.destroy();
  });
  const { address, port } = await listenOnLoopback(server, place.port ?? 0);
  const host = `${place.host ?? (address.includes(':') ? `[${address}]` : address)}:${port}`;
  // A browser takes `localhost` for either address.
  const other = createNetServer((socket) => void server.emit('connection', socket));
  if (place.host === 'localhost') await listen(other, '::1', port).catch(() => undefined);

  return {
    redirectUri: `http://${host}${callbackPath}`,
    answer: () => awaited.answer,
    goOn(url, next) {
      const browser = waitingBrowser;
      waitingBrowser = undefined;
      awaited = { expected: next, ...pendingAnswer() };
      if (!browser || browser.destroyed) return false;
      browser.writeHead(303, { ...PAGE_HEADERS, location: url }).end();
      return true;
    },
    startAt(url) {
      startTarget = url;
      return `http://${host}${startPath}`;
    },
    started,
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
        other.close();
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

interface ClientError extends Error {
  readonly code?: string;
  readonly rawPacket?: Uint8Array;
}

/** What Node.js answers with when nobody looks at these errors. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function pendingAnswer(): { readonly answer: Promise<AuthorizationAnswer>; readonly resolve: (answer: AuthorizationAnswer) => void } {
  let resolve: (answer: AuthorizationAnswer) => void = () => undefined;
  const answer = new Promise<AuthorizationAnswer>((fulfil) => {
    resolve = fulfil;
  });
  return { answer, resolve };
}

/** The target as it came: resolving it as a URL would let `//host/callback` and `/x/../callback` in. */
function splitTarget({ url = '' }: IncomingMessage): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function show(response: ServerResponse, page: CallbackPage, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(page.status, { ...PAGE_HEADERS, ...headers }).end(renderCallbackPage(page));
}

/** An error that a server sends without the `state` of the request, as some do: anybody may have sent it. */
function strayError(query: URLSearchParams): StrayVisit | undefined {
  const error = query.get('error');
  if (!error || query.get('state')) return undefined;
  return { kind: 'error', error, description: query.get('error_description') ?? undefined };
}

async function listenOnLoopback(server: Server, wanted: number): Promise<AddressInfo> {
  try {
    return await listen(server, '127.0.0.1', wanted).catch((error) => {
      if (hasErrorCode(error, 'EADDRINUSE')) throw error;
      return listen(server, '::1', wanted);
    });
  } catch (cause) {
    if (wanted !== 0 && hasErrorCode(cause, 'EADDRINUSE')) {
      throw new CliError('conflict', `port ${wanted}, which the browser is to come back to, is in use`, {
        hint: 'end what uses it, or give another one with --callback-port that the sign-in server knows',
        cause,
      });
    }
    throw new CliError('auth', 'no port can be opened on this computer for the browser to come back to', {
      hint: helpWith('sign in with a code instead', 'login', '--device'),
      cause,
    });
  }
}

function listen(server: NetServer, address: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('not a TCP address'));
      else resolve(bound);
    });
  });
}
