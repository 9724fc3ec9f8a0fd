import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { awaitProtocol } from './first-bytes.ts';
import type { Http2Listener, Http2Sessions } from './http2-sessions.ts';

/** How long an answer may lie without the client reading on: it is kept in memory until then. */
const UNREAD_MS = 60_000;

/** What is known of a connection. */
interface Connection {
  /** How many requests over HTTP/1.1 are under way. */
  requests: number;
  isHttp2: boolean;
}

/**
 * Lets a server for HTTP/1.1 speak HTTP/2 as well, to clients that begin with it (RFC 9113 section 3.3); `onHttp2Request` hears of those
 * requests. Loads HTTP/2 with the first such client, and tells `onError` when that fails.
 *
 * The function that it returns stops accepting, lets the requests under way end for at most `limitMs`, and cuts everything else. (Node's
 * own `closeIdleConnections` spares connections that have sent nothing yet, which browsers open in advance.)
 */
export function acceptConnections(
  server: Server,
  onHttp2Request: Http2Listener,
  onError: (error: unknown) => void,
  unreadMs = UNREAD_MS,
): (limitMs: number) => Promise<void> {
  const connections = new Map<Socket, Connection>();
  let sessions: Promise<Http2Sessions> | undefined;
  let closing = false;

  // The server's own, which comes second now: it makes a connection one of HTTP/1.1.
  const acceptHttp1 = server.listeners('connection');
  server.removeAllListeners('connection');

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { requests: 0, isHttp2: false };
    connections.set(socket, connection);
    socket.once('close', () => connections.delete(socket));
    awaitProtocol(socket, (protocol) => {
      if (protocol === 'http1') {
        for (const accept of acceptHttp1) Reflect.apply(accept, server, [socket]);
        socket.resume();
      } else {
        startHttp2(socket, connection).catch((error: unknown) => {
          onError(error);
          sessions = undefined;
          socket.destroy();
        });
      }
    });
  });

  async function startHttp2(socket: Socket, connection: Connection): Promise<void> {
    // A client may cut the connection while HTTP/2 is being loaded.
    socket.on('error', () => {});
    sessions ??= import('./http2-sessions.ts').then(({ createHttp2Sessions }) => createHttp2Sessions(onHttp2Request));
    const { accept } = await sessions;
    if (socket.destroyed) return;
    connection.isHttp2 = true;
    accept(socket);
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    connection.requests += 1;
    // Node takes the time away again once all is sent.
    response.once('prefinish', () => request.socket.setTimeout(unreadMs));
    // What is left of a request that was answered before its end: the next one is behind it.
    response.once('finish', () => request.resume());
    response.once('close', () => {
      connection.requests -= 1;
      if (closing && connection.requests === 0) request.socket.destroySoon();
    });
  });

  return async (limitMs) => {
    closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const [socket, { requests, isHttp2 }] of connections) {
      if (requests === 0 && !isHttp2) socket.destroy();
    }
    const deadline = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy();
    }, limitMs);
    (await sessions?.catch(() => undefined))?.close();
    await closed;
    clearTimeout(deadline);
  };
}
