import type { Server } from 'node:net';

export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
}

/** Has a server listen on a port of 127.0.0.1, a free one unless it is named. The caller closes it. */
export async function listen(server: Server, wanted = 0): Promise<Listening> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wanted, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, origin: `http://127.0.0.1:${address.port}` };
}
