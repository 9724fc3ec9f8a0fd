import { constants, createServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Response } from '../exchange.ts';

/** How long things may take, in milliseconds. */
export interface Http2Limits {
  /** Silence on a connection, after which the client is told to go. */
  readonly idle: number;
  /** What is still under way then. */
  readonly lastAnswers: number;
  /** A request until its end has come in. */
  readonly request: number;
  /** An answer that the client does not read on. */
  readonly unread: number;
  /** The client's side of a connection, after this side was closed. */
  readonly closing: number;
}

/** As Node does it for HTTP/1.1; what is under way may take longer than the longest latency that can be asked for. */
const LIMITS: Http2Limits = { idle: 65_000, lastAnswers: 700_000, request: 300_000, unread: 60_000, closing: 10_000 };

const CONCURRENT_REQUESTS = 100;

export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

export interface Http2Sessions {
  /** Takes over a connection whose preface is still to be read. */
  readonly accept: (socket: Socket) => void;
  /** Tells every client to go, and closes each connection when what is under way on it has been answered. */
  readonly close: () => void;
}

/** HTTP/2 on connections that are accepted elsewhere. Requests have the `host` that HTTP/1.1 would have. */
export function createHttp2Sessions(listener: Http2Listener, limits = LIMITS): Http2Sessions {
  const sessions = new Set<ServerHttp2Session>();
  // It never listens; Node makes requests and responses only for a server.
  const server = createServer({ settings: { maxConcurrentStreams: CONCURRENT_REQUESTS } });

  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.idle, () => {
      session.close();
      const deadline = setTimeout(() => session.destroy(), limits.lastAnswers).unref();
      session.once('close', () => clearTimeout(deadline));
    });
  });

  server.on('request', (request, response) => {
    request.headers.host = request.authority;
    const { stream } = request;
    const deadline = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limits.request).unref();
    const stop = () => clearTimeout(deadline);
    stream.once('end', stop).once('close', stop);
    const answer: Response = response;
    const end = answer.end.bind(answer);
    answer.end = (body) => {
      stream.setTimeout(limits.unread, () => stream.close(constants.NGHTTP2_CANCEL));
      return end(body);
    };
    listener(request, response);
  });

  return {
    accept: (socket) => {
      socket.allowHalfOpen = false;
      socket.once('finish', () => {
        const deadline = setTimeout(() => socket.destroy(), limits.closing).unref();
        socket.once('close', () => clearTimeout(deadline));
      });
      server.emit('connection', socket);
    },
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}
