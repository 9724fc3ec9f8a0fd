import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'openid-client';
import { expect, test, vi } from 'vitest';
import { ownPort } from '../../support/own-port.ts';
import {
  authorizationRequest,
  connect,
  exchange,
  oauthError,
  signIn,
  startServer,
  UserAgent,
} from '../../support/servers/sandbox-authorization-server.ts';

test('sign-in with PKCE gives tokens for the person who signed in', async () => {
  const server = await startServer();
  const config = await connect(server);
  const tokens = await signIn(config, new UserAgent(), 'Partner@Acme.example');

  expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'openid email offline_access' });
  expect(tokens.refresh_token).toEqual(expect.any(String));
  expect(tokens.claims()).toMatchObject({ iss: server.issuer, aud: 'flowkiwi-cli', email: 'Partner@Acme.example' });
  const account = server.authenticate(tokens.access_token);
  expect(account).toEqual({ id: tokens.claims()?.sub, email: 'Partner@Acme.example', name: null });
  const userinfo = await oauth.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(userinfo).toMatchObject({ email: 'Partner@Acme.example', email_verified: true });
  expect(server.errors).toEqual([]);
});

test('the same address in another case is the same account', async () => {
  const server = await startServer();
  const config = await connect(server);
  const first = await signIn(config, new UserAgent(), 'jane@acme.example');
  const second = await signIn(config, new UserAgent(), 'JANE@acme.example');
  expect(second.claims()?.sub).toBe(first.claims()?.sub);
});

test.each(['http://127.0.0.1:1/callback', 'http://[::1]:65535/callback'])(
  'any port of %s is a redirect of the client',
  async (redirect_uri) => {
    const config = await connect(await startServer());
    const request = await authorizationRequest(config, { redirect_uri });
    const callback = await new UserAgent().authorize(request.url, 'jane@acme.example');
    expect(callback.href.startsWith(`${redirect_uri}?`)).toBe(true);
    expect((await exchange(config, request, callback)).access_token).toEqual(expect.any(String));
  },
);

test.each([
  { problem: 'another path', parameters: { redirect_uri: 'http://127.0.0.1:49152/other' } },
  { problem: 'another host', parameters: { redirect_uri: 'http://evil.example/callback' } },
  { problem: 'an unknown client', parameters: { client_id: '<script>alert(1)</script>' } },
])('$problem is told to the person, not to the redirect', async ({ parameters }) => {
  const config = await connect(await startServer());
  const { url } = await authorizationRequest(config, parameters);
  const answer = await new UserAgent().get(url);
  expect(answer.status).toBe(400);
  expect(answer.url.href).toBe(url.href);
  expect(answer.text).toContain('<h1>This did not work</h1>');
  expect(answer.text).not.toContain('<script>');
});

test.each([
  { problem: 'no code challenge', parameters: { code_challenge: undefined, code_challenge_method: undefined } },
  { problem: 'a plain code challenge', parameters: { code_challenge_method: 'plain' } },
])('$problem is refused', async ({ parameters }) => {
  const server = await startServer();
  const config = await connect(server);
  const { url, state } = await authorizationRequest(config, parameters);
  const { url: callback } = await new UserAgent().get(url);
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({ error: 'invalid_request', iss: server.issuer, state });
});

test('a wrong code verifier gets no token', async () => {
  const config = await connect(await startServer());
  const request = await authorizationRequest(config);
  const callback = await new UserAgent().authorize(request.url, 'jane@acme.example');
  const other = { ...request, verifier: oauth.randomPKCECodeVerifier() };
  expect(await oauthError(exchange(config, other, callback))).toEqual({ error: 'invalid_grant', status: 400 });
});

test('a code works once; used again it takes its tokens with it', async () => {
  const server = await startServer();
  const config = await connect(server);
  const request = await authorizationRequest(config);
  const callback = await new UserAgent().authorize(request.url, 'jane@acme.example');
  const tokens = await exchange(config, request, callback);
  expect(await oauthError(exchange(config, request, callback))).toEqual({ error: 'invalid_grant', status: 400 });
  expect(server.authenticate(tokens.access_token)).toBeUndefined();
});

test('refusing on the consent page ends in access_denied at the client', async () => {
  const server = await startServer();
  const config = await connect(server);
  const { url, state } = await authorizationRequest(config);
  const agent = new UserAgent();
  const signInPage = await agent.get(url);
  const consentPage = await agent.submit(signInPage.url, { action: 'sign-in', email: 'jane@acme.example' });
  expect(consentPage.text).toContain('Allow flowkiwi CLI?');
  const { url: callback } = await agent.submit(consentPage.url, { action: 'refuse' });
  expect(Object.fromEntries(callback.searchParams)).toMatchObject({ error: 'access_denied', iss: server.issuer, state });
});

test('offline_access is honoured without prompt=consent, and no refresh token comes without it', async () => {
  const config = await connect(await startServer());
  const agent = new UserAgent();
  const offline = await authorizationRequest(config, { prompt: undefined });
  const online = await authorizationRequest(config, { scope: 'openid' });
  const withRefresh = await exchange(config, offline, await agent.authorize(offline.url, 'jane@acme.example'));
  const without = await exchange(config, online, await agent.authorize(online.url, 'jane@acme.example'));
  expect(withRefresh.refresh_token).toEqual(expect.any(String));
  expect(without.refresh_token).toBeUndefined();
});

test('an expired access token stands for nobody', async () => {
  const server = await startServer({ accessTokenSeconds: () => 60 });
  const tokens = await signIn(await connect(server));
  server.clock.advance(58_000);
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  server.clock.advance(3000);
  expect(server.authenticate(tokens.access_token)).toBeUndefined();
});

test('auto-approve: a user agent that follows redirects is signed in without a page', async () => {
  const server = await startServer({ autoApprove: true });
  const config = await connect(server);
  const request = await authorizationRequest(config);
  const { url: callback } = await new UserAgent().get(request.url);
  const tokens = await exchange(config, request, callback);
  expect(tokens.refresh_token).toEqual(expect.any(String));
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
});

test('a restart keeps tokens and the browser signed in', async ({ onTestFinished }) => {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-oauth-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const data = join(directory, 'sandbox.db');
  const agent = new UserAgent();

  const port = await ownPort();
  const before = await startServer({ data, port });
  const tokens = await signIn(await connect(before), agent);
  await before.stop();

  const after = await startServer({ data, port });
  // This process may have kept a connection to the server before, and finds out when it uses it.
  const config = await vi.waitFor(() => connect(after), { timeout: 20_000 });
  expect(after.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(refreshed.claims()?.sub).toBe(tokens.claims()?.sub);
  const { url } = await authorizationRequest(config);
  expect((await agent.get(url)).text).toContain('Signed in as <strong>jane@acme.example</strong>');
});
