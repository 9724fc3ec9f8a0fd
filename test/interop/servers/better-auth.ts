import { join } from 'node:path';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';
import { newMachineKey } from './machines.ts';

/** Life of an access token. */
const SECONDS = '60';

/** better-auth, with a person, a public client for browsers and devices, and clients for machines. */
export function startBetterAuth(): Promise<RunningServer> {
  const { pem, jwk } = newMachineKey();
  const program = join(import.meta.dirname, 'better-auth.mjs');
  return startBehindGateway({
    start: async (origin, port) => startProcess(process.execPath, [program, String(port), origin, SECONDS, JSON.stringify(jwk)]),
    readyAt: '/clients',
    prepare: async (direct, origin) => {
      const { person, machine, keyed } = JSON.parse(await (await fetch(`${direct}/clients`)).text());
      const issuer = `${origin}/api/auth`;
      return { name: 'better-auth', origin, issuer, clientId: person, machine: { ...machine, keyed: { id: keyed, pem } } };
    },
  });
}
