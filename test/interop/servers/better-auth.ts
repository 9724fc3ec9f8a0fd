import { join } from 'node:path';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';

/** Life of an access token. */
const SECONDS = '60';

/** better-auth, with a person, and a public client for browsers and devices. */
export function startBetterAuth(): Promise<RunningServer> {
  return startBehindGateway({
    start: async (origin, port) =>
      startProcess(process.execPath, [join(import.meta.dirname, 'better-auth.mjs'), String(port), origin, SECONDS]),
    readyAt: '/client',
    prepare: async (direct, origin) => {
      const clientId = await (await fetch(`${direct}/client`)).text();
      return { name: 'better-auth', origin, issuer: `${origin}/api/auth`, clientId };
    },
  });
}
