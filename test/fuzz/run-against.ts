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
  ['auth', 'status', '--check'],
  ['login', '--with-token'],
  ['login', '--device'],
] as const;
const FORMATS = [[], ['--json'], ['-q'], ['-o', 'table'], ['-o', 'yaml'], ['--debug']] as const;

/** Command lines that a server is asked by. */
export const anyRequest: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.constantFrom(...COMMAND_LINES), fc.constantFrom(...FORMATS))
  .map(([words, format]) => [...words, ...format]);

/** Runs one of those against a server on loopback. `requests` counts what reached it: a run without any would show nothing. */
export async function runAgainst(server: Server, argv: readonly string[], requests: () => number): Promise<Outcome> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const before = requests();
  const outcome = await runInProcess(argv, { FLOWKIWI_URL: `http://127.0.0.1:${address.port}`, FLOWKIWI_TOKEN: 'token' });
  if (requests() === before) throw new Error(`no request: ${JSON.stringify({ argv, ...outcome })}`);
  return outcome;
}
