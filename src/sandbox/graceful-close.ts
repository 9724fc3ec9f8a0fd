import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps count of a server's connections, for the function that it returns: stop accepting, let the requests under way end for
 * at most `limitMs`, cut everything else. (Node's own `closeIdleConnections` spares connections that have sent nothing yet, which
 * browsers open in advance.)
 */
export function closesGracefully(server: Server): (limitMs: number) => Promise<void> {
  const connections = new Map<Socket, { requests: number }>();
  let closing = false;

  server.on('connection', (socket) => {
    connections.set(socket, { requests: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    connection.requests += 1;
    response.once('close', () => {
      connection.requests -= 1;
      if (closing && connection.requests === 0) request.socket.destroySoon();
    });
  });

  return async (limitMs) => {
    closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const [socket, { requests }] of connections) {
      if (requests === 0) socket.destroy();
    }
    const deadline = setTimeout(() => server.closeAllConnections(), limitMs);
    await closed;
    clearTimeout(deadline);
  };
}
