import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { homeWith } from '../support/machines.ts';
import { signedInAt } from '../support/signed-in.ts';
import { PATIENCE, tokenRequests } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import type { ServerName } from './runtimes.mjs';
import type { MachineFacts } from './servers/machines.ts';

/** What machines find at a server. */
export interface MachinesAtServer {
  /** What they ask for. */
  readonly scope: string;
  /** Where the server tells its clients whether a token is good (RFC 7662). */
  readonly introspectAt: (origin: string) => string;
  /** What `logout` says of it. */
  readonly logout?: RegExp;
  /** Whether an access token ends then. */
  readonly endsTokens?: boolean;
  /** Whether a client may show a key there (`private_key_jwt`). */
  readonly hasKeys?: boolean;
  /** Whom the assertions are for, where it is not the issuer. */
  readonly keyAudience?: (origin: string) => string;
}

/** What a machine does at a server that knows client credentials: signs in, has its token known there, signs out; and is refused. */
export function testMachines(
  name: ServerName,
  {
    scope,
    introspectAt,
    logout = /its access token is revoked at the server too/,
    endsTokens = true,
    hasKeys = false,
    keyAudience,
  }: MachinesAtServer,
): void {
  const server = (): ServerFacts => {
    const facts = inject('servers')[name];
    if (facts === undefined) throw new Error(`${name} was not started`);
    return facts;
  };
  const machine = (): MachineFacts => {
    const facts = server().machine;
    if (facts === undefined) throw new Error(`${name} has no machine`);
    return facts;
  };
  const envOf = (clientId: string) => ({
    FLOWKIWI_URL: 'http://127.0.0.1:9/',
    FLOWKIWI_ISSUER: server().issuer,
    FLOWKIWI_CLIENT_ID: clientId,
    NODE_OPTIONS: PATIENCE,
  });

  async function isActive(token: unknown): Promise<boolean> {
    const { id, secret: clientSecret } = machine();
    const authorization = `Basic ${Buffer.from(`${id}:${clientSecret}`).toString('base64')}`;
    const body = new URLSearchParams({ token: String(token) });
    const answer = await fetch(introspectAt(server().origin), { method: 'POST', headers: { authorization }, body });
    const document: unknown = await answer.json();
    if (!isRecord(document) || typeof document['active'] !== 'boolean') throw new Error(`${answer.status}: ${JSON.stringify(document)}`);
    return document['active'];
  }

  describe(`a machine at ${name}`, { tags: [name] }, () => {
    test('signs in with its secret, by one request, has a token that counts there, and signs out', async () => {
      const { id, secret: clientSecret } = machine();
      const home = homeWith({ secret: secret(clientSecret) });
      const env = envOf(id);
      const before = (await tokenRequests(server())).length;
      const login = ['login', '--client-credentials', '--client-secret-file', join(home, 'secret'), '--scope', scope];
      const { status, stderr } = await flowkiwi(login, { home, env });
      expect([status, stderr]).toEqual([0, expect.stringContaining(`as client ${id}`)]);
      expect((await tokenRequests(server())).slice(before)).toMatchObject([{ grantType: 'client_credentials', status: 200 }]);

      const { stored } = signedInAt(home, join(home, '.config', 'flowkiwi', 'credentials.json'));
      const token = stored()?.['access_token'];
      expect(await isActive(token)).toBe(true);
      const out = await flowkiwi(['logout'], { home, env });
      expect([out.status, out.stderr]).toEqual([0, expect.stringMatching(logout)]);
      expect([stored(), await isActive(token)]).toEqual([undefined, !endsTokens]);
    });

    test('a wrong secret is refused, and explained as one', async () => {
      const { id } = machine();
      const run = await flowkiwi(['auth', 'token'], { env: { ...envOf(id), FLOWKIWI_CLIENT_SECRET: secret('not-the-secret-at-all') } });
      expect({ status: run.status, ...textError(run) }).toEqual({
        status: 4,
        message: expect.stringContaining(` the secret of the client ${id} from FLOWKIWI_CLIENT_SECRET`),
        hint: expect.stringMatching(/^check FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET/),
      });
    });

    test.skipIf(!hasKeys)('signs in with a key, by one request', async () => {
      const { keyed } = machine();
      if (keyed === undefined) throw new Error(`${name} has no client with a key`);
      const home = homeWith({ key: keyed.pem });
      const before = (await tokenRequests(server())).length;
      const login = [
        'login',
        '--key-file',
        join(home, 'key'),
        '--key-id',
        'k',
        '--scope',
        scope,
        ...(keyAudience ? ['--key-audience', keyAudience(server().origin)] : []),
      ];
      const { status, stderr } = await flowkiwi(login, { home, env: envOf(keyed.id) });
      expect([status, stderr]).toEqual([0, expect.stringContaining(`as service account ${keyed.id}`)]);
      expect((await tokenRequests(server())).slice(before)).toMatchObject([{ grantType: 'client_credentials', status: 200 }]);
    });
  });
}
