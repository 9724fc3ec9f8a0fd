import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { connect, startServer } from '../../support/servers/sandbox-authorization-server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

test('an issued token stands for its account for 24 hours, at the provider as well', async () => {
  const server = await startServer();
  const config = await connect(server);
  const token = server.issueAccessToken('jane@acme.example');
  const account = server.authenticate(token);
  expect(account?.email).toBe('jane@acme.example');
  expect(await oauth.fetchUserInfo(config, token, account?.id ?? '')).toMatchObject({ email: 'jane@acme.example' });
  server.clock.advance(DAY_MS - 5000);
  expect(server.authenticate(token)).toEqual(account);
  server.clock.advance(6000);
  expect(server.authenticate(token)).toBeUndefined();
});

test('an issued token can be revoked', async () => {
  const server = await startServer();
  const token = server.issueAccessToken('jane@acme.example');
  const other = server.issueAccessToken('jane@acme.example');
  await oauth.tokenRevocation(await connect(server), token);
  expect(server.authenticate(token)).toBeUndefined();
  expect(server.authenticate(other)?.email).toBe('jane@acme.example');
});

test.each(['', 'unknown', 'nul\0', "' OR 1=1 --"])('the bearer token %j stands for nobody', async (bearer) => {
  const server = await startServer();
  server.issueAccessToken('jane@acme.example');
  expect(server.authenticate(bearer)).toBeUndefined();
});

test('what expired more than an hour ago is removed while the server runs', async () => {
  const server = await startServer();
  await connect(server);
  for (let count = 0; count < 5; count += 1) server.issueAccessToken('jane@acme.example');
  const tokens = () => server.database.all("SELECT id FROM oauth_artifact WHERE model = 'AccessToken'").length;
  const before = tokens();
  server.clock.advance(DAY_MS + 2 * 60 * 60 * 1000);
  await fetch(new URL('/oauth/jwks', server.issuer));
  expect([before, tokens()]).toEqual([5, 0]);
});
