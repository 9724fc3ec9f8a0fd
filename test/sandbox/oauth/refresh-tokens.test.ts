import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { connect, oauthError, signIn, startServer, UserAgent } from '../../support/servers/sandbox-authorization-server.ts';

const INVALID_GRANT = { error: 'invalid_grant', status: 400 };

test('every refresh gives a new refresh token, and the new one works', async () => {
  const server = await startServer();
  const config = await connect(server);
  const first = await signIn(config);
  const second = await oauth.refreshTokenGrant(config, first.refresh_token ?? '');
  const third = await oauth.refreshTokenGrant(config, second.refresh_token ?? '');
  expect(new Set([first, second, third].map((tokens) => tokens.refresh_token)).size).toBe(3);
  expect(server.authenticate(third.access_token)?.email).toBe('jane@acme.example');
});

test('a refresh token that was used before revokes the whole family', async () => {
  const server = await startServer();
  const config = await connect(server);
  const first = await signIn(config);
  const second = await oauth.refreshTokenGrant(config, first.refresh_token ?? '');
  expect(await oauthError(oauth.refreshTokenGrant(config, first.refresh_token ?? ''))).toEqual(INVALID_GRANT);
  expect(await oauthError(oauth.refreshTokenGrant(config, second.refresh_token ?? ''))).toEqual(INVALID_GRANT);
  expect(server.authenticate(first.access_token)).toBeUndefined();
  expect(server.authenticate(second.access_token)).toBeUndefined();
});

test('of four parallel refreshes with one token exactly one wins, and what it won is revoked', async () => {
  const server = await startServer();
  const config = await connect(server);
  const { refresh_token = '' } = await signIn(config);
  const results = await Promise.allSettled(Array.from({ length: 4 }, () => oauth.refreshTokenGrant(config, refresh_token)));
  const winners = results.filter((result) => result.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  for (const { value } of winners) {
    expect(await oauthError(oauth.refreshTokenGrant(config, value.refresh_token ?? ''))).toEqual(INVALID_GRANT);
    expect(server.authenticate(value.access_token)).toBeUndefined();
  }
  expect(server.errors).toEqual([]);
});

test('reuse in one sign-in leaves another sign-in of the same browser alone', async () => {
  const config = await connect(await startServer());
  const agent = new UserAgent();
  const one = await signIn(config, agent);
  const other = await signIn(config, agent);
  await oauth.refreshTokenGrant(config, one.refresh_token ?? '');
  await oauthError(oauth.refreshTokenGrant(config, one.refresh_token ?? ''));
  expect((await oauth.refreshTokenGrant(config, other.refresh_token ?? '')).access_token).toEqual(expect.any(String));
});

test('revoking the refresh token ends its access tokens; revoking it twice, or nonsense, is not an error', async () => {
  const server = await startServer();
  const config = await connect(server);
  const tokens = await signIn(config);
  await oauth.tokenRevocation(config, tokens.refresh_token ?? '');
  await oauth.tokenRevocation(config, tokens.refresh_token ?? '');
  await oauth.tokenRevocation(config, 'nonsense\0');
  expect(server.authenticate(tokens.access_token)).toBeUndefined();
  expect(await oauthError(oauth.refreshTokenGrant(config, tokens.refresh_token ?? ''))).toEqual(INVALID_GRANT);
  expect(server.errors).toEqual([]);
});
