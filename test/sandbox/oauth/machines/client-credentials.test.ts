import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { createMachine } from '../../../../src/sandbox/oauth/machines/machine.ts';
import { startServer } from '../../../support/servers/sandbox-authorization-server.ts';
import { basic, DEFAULT_SCOPE, refusal, requestToken } from './token-request.ts';

const GRANT = { grant_type: 'client_credentials' };

async function start(settings: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(settings);
  const machine = await createMachine(server.database, { origin: server.issuer, name: 'Deployer', keyType: 'ec' });
  return { server, machine, id: machine.client_id, secret: machine.client_secret };
}

type Started = Awaited<ReturnType<typeof start>>;

test.each<[method: string, request: (started: Started) => Parameters<typeof requestToken>]>([
  ['client_secret_basic', ({ server, id, secret }) => [server.issuer, GRANT, basic(id, secret)]],
  ['client_secret_post', ({ server, id, secret }) => [server.issuer, { ...GRANT, client_id: id, client_secret: secret }]],
])('%s: a token of the machine that lasts as long as any', async (_, request) => {
  const started = await start({ accessTokenSeconds: () => 60 });
  const { server, id } = started;
  const { status, headers, json } = await requestToken(...request(started));
  const token = String(json['access_token']);
  expect([status, json]).toEqual([200, { access_token: token, token_type: 'Bearer', expires_in: 60, scope: DEFAULT_SCOPE }]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(server.authenticate(token)).toEqual({ id, email: `${id}@machines.invalid`, name: 'Deployer' });
  server.clock.advance(61_000);
  expect(server.authenticate(token)).toBeUndefined();
  expect(server.errors).toEqual([]);
});

test('a certified client gets a token, learns who it is, and revokes the token', async () => {
  const { server, id, secret } = await start();
  const execute = [oauth.allowInsecureRequests];
  const config = await oauth.discovery(new URL(server.issuer), id, undefined, oauth.ClientSecretBasic(secret), { execute });
  const { access_token: token, refresh_token } = await oauth.clientCredentialsGrant(config, { scope: 'openid email offline_access' });
  expect(refresh_token).toBeUndefined();
  expect(await oauth.fetchUserInfo(config, token, id)).toMatchObject({ email: `${id}@machines.invalid` });
  await oauth.tokenRevocation(config, token);
  expect(server.authenticate(token)).toBeUndefined();
});

test.each<[statement: string, request: (started: Started) => Parameters<typeof requestToken>, status: number, error: string]>([
  ['a wrong secret', ({ server, id }) => [server.issuer, GRANT, basic(id, 'wrong')], 401, 'invalid_client'],
  [
    'a wrong secret in the body',
    ({ server, id }) => [server.issuer, { ...GRANT, client_id: id, client_secret: 'wrong' }],
    401,
    'invalid_client',
  ],
  ['the hash of the secret', ({ server, id }) => [server.issuer, GRANT, basic(id, storedHash(server, id))], 401, 'invalid_client'],
  ['no secret', ({ server, id }) => [server.issuer, { ...GRANT, client_id: id }], 401, 'invalid_client'],
  ['an unknown client', ({ server, secret }) => [server.issuer, GRANT, basic('nobody', secret)], 401, 'invalid_client'],
  ['a client with a NUL', ({ server }) => [server.issuer, { ...GRANT, client_id: 'a\0', client_secret: 'b' }], 401, 'invalid_client'],
  [
    'two ways at once',
    ({ server, id, secret }) => [server.issuer, { ...GRANT, client_secret: secret }, basic(id, secret)],
    400,
    'invalid_request',
  ],
  ['the public client', ({ server }) => [server.issuer, { ...GRANT, client_id: 'flowkiwi-cli' }], 400, 'invalid_request'],
  ['no client', ({ server }) => [server.issuer, GRANT], 400, 'invalid_request'],
  [
    'another grant',
    ({ server, id, secret }) => [server.issuer, { grant_type: 'refresh_token', refresh_token: 'x' }, basic(id, secret)],
    400,
    'invalid_request',
  ],
])('%s is refused', async (_, request, status, error) => {
  const started = await start();
  const reply = await requestToken(...request(started));
  expect(refusal(reply)).toEqual([status, error]);
  expect(started.server.errors).toEqual([]);
});

test('no secret of a machine is in the database', async () => {
  const { server, machine } = await start();
  const rows = JSON.stringify(['machine', 'service_account_key'].map((table) => server.database.all(`SELECT * FROM ${table}`)));
  expect(rows).toContain(machine.client_id);
  for (const secret of [machine.client_secret, machine.ci.request_token, 'PRIVATE']) expect(rows).not.toContain(secret);
});

function storedHash({ database }: Started['server'], id: string): string {
  return String(database.get('SELECT client_secret_hash FROM machine WHERE account_id = ?', [id])?.['client_secret_hash']);
}
