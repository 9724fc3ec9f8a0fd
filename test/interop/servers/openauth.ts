import { join } from 'node:path';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';

/** Life of an access token. */
const SECONDS = '60';

/** OpenAuth, which lets the client of the tool in. */
export function startOpenAuth(): Promise<RunningServer> {
  return startBehindGateway({
    start: async (origin, port) =>
      startProcess(process.execPath, [join(import.meta.dirname, 'openauth.mjs'), String(port), origin, SECONDS]),
    readyAt: '/.well-known/oauth-authorization-server',
    prepare: async (_direct, origin) => ({ name: 'openauth', origin, issuer: origin, clientId: 'flowkiwi-cli' }),
  });
}
