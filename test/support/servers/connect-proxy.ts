import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { listen } from './listen.ts';

export interface ConnectProxyOptions {
  /** Where a tunnel to a host really ends: a port of this machine. Undefined refuses with 502. */
  readonly route?: (target: string) => number | undefined;
  /** Value that `Proxy-Authorization` must have. */
  readonly authorization?: string;
  /** Makes it a proxy that is spoken to over TLS. */
  readonly credentials?: { readonly cert: string; readonly key: string };
  /** Answers CONNECT with this status instead of a tunnel. */
  readonly status?: number;
}

/** A real HTTP proxy on a free port of 127.0.0.1, closed with the test. It opens tunnels and does nothing else. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  /** Targets of the tunnels that were asked for: `identity.flowkiwi.net:443`. */
  readonly targets: readonly string[];
}

export async function connectProxy({
  route = () => undefined,
  authorization,
  status,
  credentials,
}: ConnectProxyOptions): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<Duplex>();
  const refuse = (socket: Duplex, code: number) => socket.end(`HTTP/1.1 ${code} No\r\nContent-Length: 0\r\n\r\n`);
  const server = credentials ? createTlsServer(credentials) : createServer();
  server.on('request', (_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', ({ url: target = '', headers }: IncomingMessage, socket: Duplex) => {
    targets.push(target);
    socket.on('error', () => undefined);
    const code = status ?? (authorization !== undefined && headers['proxy-authorization'] !== authorization ? 407 : undefined);

    const port = code === undefined ? route(target) : undefined;
    if (port === undefined) {
      refuse(socket, code ?? 502);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
  });
  const { port } = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `${credentials ? 'https' : 'http'}://127.0.0.1:${port}`, port, targets };
}
