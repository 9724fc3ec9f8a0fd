import type { Server } from 'node:net';
import fc from 'fast-check';
import { type Outcome, runInProcess } from './run-in-process.ts';

const COMMAND_LINES = [
  ['org', 'get', 'a1'],
  ['org', 'create', 'Acme Corp'],
  ['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', 'a1'],
  ['instance', 'get', 'acme-eu', '--org', 'a1'],
  ['instance', 'get', 'i1', '--org', 'a1'],
  ['instance', 'list', '--org', 'a1'],
  ['org', 'rename', 'a1', 'New'],
  ['org', 'use', 'a1'],
  ['instance', 'transfer', 'i1', '--to', 'b1', '--org', 'a1', '--yes'],
  ['tree', '--org', 'a1'],
  ['onboard', '--org-name', 'Acme', '--instance-name', 'Acme EU', '--handle', 'acme-eu'],
  ['auth', 'status', '--check'],
  ['login', '--with-token'],
  ['login', '--device'],
  ['--profile', 'sandbox-zitadel', 'org', 'get', 'a1'],
  ['--profile', 'sandbox-zitadel', 'org', 'list'],
  ['--profile', 'sandbox-zitadel', 'org', 'create', 'Acme Corp'],
  ['--profile', 'sandbox-zitadel', 'org', 'rename', 'a1', 'New'],
  ['--profile', 'sandbox-zitadel', 'org', 'delete', 'a1', '--yes'],
  ['--profile', 'sandbox-zitadel', 'auth', 'status', '--check'],
] as const;
const FORMATS = [[], ['--json'], ['-q'], ['-o', 'table'], ['-o', 'yaml'], ['--debug']] as const;

/** Without a form of output, bytes would go through as they came. */
const API = [
  ['api', '/api/x', '--json'],
  ['api', '/api/x', '-q'],
  ['api', '/api/x', '--fields', '2,id,1'],
  ['api', '/api/x', '-f', 'name=x', '-o', 'table'],
  ['api', '--paginate', '/api/x', '-o', 'yaml'],
] as const;

/** Command lines that a server is asked by. */
export const anyRequest: fc.Arbitrary<readonly string[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...COMMAND_LINES), fc.constantFrom(...FORMATS)).map(([words, format]) => [...words, ...format]),
  },
  { weight: 1, arbitrary: fc.constantFrom(...API) },
);

/** Runs one of those against a server on loopback. `requests` counts what reached it: a run without any would show nothing. */
export async function runAgainst(server: Server, argv: readonly string[], requests: () => number): Promise<Outcome> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const before = requests();
  const outcome = await runInProcess(argv, { FLOWKIWI_URL: `http://127.0.0.1:${address.port}`, FLOWKIWI_TOKEN: 'token' });
  if (requests() === before) throw new Error(`no request: ${JSON.stringify({ argv, ...outcome })}`);
  return outcome;
}
