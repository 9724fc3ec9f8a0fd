import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { homeWith } from '../support/machines.ts';
import { signedInAt } from '../support/signed-in.ts';
import { tokenRequests } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import type { ServerName } from './runtimes.mjs';

/** A client with a secret at a server, and what the server says of its tokens. */
export interface MachineAtServer {
  readonly machine: { readonly id: string; readonly secret: string };
  /** What it asks for. */
  readonly scope: string;
  /** Where the server tells its clients whether a token is good (RFC 7662). */
  readonly introspectAt: (origin: string) => string;
}

/** What a machine does at a server that knows client credentials: signs in, has its token known there, signs out; and is refused. */
export function testMachine(name: ServerName, { machine, scope, introspectAt }: MachineAtServer): void {
  const server = (): ServerFacts => {
    const facts = inject('servers')[name];
    if (facts === undefined) throw new Error(`${name} was not started`);
    return facts;
  };
  const envOf = (clientSecret: string) => ({
    FLOWKIWI_URL: 'http://127.0.0.1:9/',
    FLOWKIWI_ISSUER: server().issuer,
    FLOWKIWI_CLIENT_ID: machine.id,
    FLOWKIWI_CLIENT_SECRET: secret(clientSecret),
  });

  async function isActive(token: unknown): Promise<boolean> {
    const authorization = `Basic ${Buffer.from(`${machine.id}:${machine.secret}`).toString('base64')}`;
    const body = new URLSearchParams({ token: String(token) });
    const answer = await fetch(introspectAt(server().origin), { method: 'POST', headers: { authorization }, body });
    const document: unknown = await answer.json();
    if (!isRecord(document) || typeof document['active'] !== 'boolean') throw new Error(`${answer.status}: ${JSON.stringify(document)}`);
    return document['active'];
  }

  describe(`a machine at ${name}`, { tags: [name] }, () => {
    test('signs in with its secret, by one request, has a token that counts there, and signs out', async () => {
      const home = homeWith({ secret: machine.secret });
      const { FLOWKIWI_CLIENT_SECRET: _secret, ...env } = envOf(machine.secret);
      const before = (await tokenRequests(server())).length;
      const login = ['login', '--client-credentials', '--client-secret-file', join(home, 'secret'), '--scope', scope];
      const { status, stderr } = await flowkiwi(login, { home, env });
      expect([status, stderr]).toEqual([0, expect.stringContaining(`as client ${machine.id}`)]);
      expect((await tokenRequests(server())).slice(before)).toMatchObject([{ grantType: 'client_credentials', status: 200 }]);

      const { stored } = signedInAt(home, join(home, '.config', 'flowkiwi', 'credentials.json'));
      const token = stored()?.['access_token'];
      expect(await isActive(token)).toBe(true);
      const out = await flowkiwi(['logout'], { home, env });
      expect([out.status, out.stderr]).toEqual([0, expect.stringContaining('its access token is revoked at the server too')]);
      expect([stored(), await isActive(token)]).toEqual([undefined, false]);
    });

    test('a wrong secret is refused, and explained as one', async () => {
      const run = await flowkiwi(['auth', 'token'], { env: envOf('not-the-secret-at-all') });
      expect({ status: run.status, ...textError(run) }).toEqual({
        status: 4,
        message: expect.stringContaining(` the secret of the client ${machine.id} from FLOWKIWI_CLIENT_SECRET`),
        hint: expect.stringMatching(/^check FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET/),
      });
    });
  });
}
