import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { ownPort } from '../own-port.ts';
import { listen } from './listen.ts';

export interface Loopback {
  readonly url: URL;
  /** Connections that were opened so far. */
  readonly connections: () => number;
  /** Connections that are open now. */
  readonly open: () => number;
}

/** A real HTTP server on a free port of 127.0.0.1, closed with the test. */
export function httpServer(listener: RequestListener): Promise<Loopback> {
  return loopback(createHttpServer(listener));
}

/** A server that speaks whatever `onConnection` writes. */
export function rawServer(onConnection: (socket: Socket) => void): Promise<Loopback> {
  return loopback(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume(); // so that its end is noticed
      onConnection(socket);
    }),
  );
}

/** Answers every request, once its head is complete, with these bytes; closes afterwards unless `keepOpen`. */
export function cannedServer(answer: string | Buffer, { keepOpen = false } = {}): Promise<Loopback> {
  return rawServer((socket) => {
    socket.once('data', () => {
      socket.write(answer);
      if (!keepOpen) {
        socket.end();
      }
    });
  });
}

/** An address where nobody listens. */
export async function deadUrl(): Promise<URL> {
  return new URL(`http://127.0.0.1:${await ownPort()}/`);
}

/** A whole HTTP/1.1 answer with its length. */
export function httpAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const fields = { 'Content-Length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n${body}`;
}

async function loopback(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const { origin } = await listen(server);
  onTestFinished(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: new URL(origin), connections: () => connections, open: () => sockets.size };
}
