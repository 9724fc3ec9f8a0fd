import { createServer } from 'node:net';

/** Below the ports that systems give to those who ask for any, and above those that services have. */
const [FIRST, LAST] = [20_000, 30_000];

/** A port of loopback that stays as free as it is: nobody is given it who does not ask for it. */
export async function ownPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

export function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
