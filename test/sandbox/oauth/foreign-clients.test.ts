import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import * as oauth from 'openid-client';
import { beforeEach, expect, test } from 'vitest';
import { createMachine } from '../../../src/sandbox/oauth/machines/machine.ts';
import { type RunningServer, startServer, UserAgent } from '../../support/servers/sandbox-authorization-server.ts';
import { asObject } from '../../support/servers/sandbox-in-memory.ts';
import { jwt } from './machines/jwt.ts';
import { requestToken } from './machines/token-request.ts';

let server: RunningServer;

beforeEach(async () => {
  server = await startServer({ autoApprove: true });
});

const CALLBACK = 'http://localhost:4567/callback';

/** Registers a client (RFC 7591), and sets openid-client up for it. */
async function register(metadata: Readonly<Record<string, unknown>>, authentication?: oauth.ClientAuth): Promise<oauth.Configuration> {
  const response = await fetch(`${server.issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [CALLBACK], ...metadata }),
  });
  const { client_id: id, client_secret: secret } = asObject(await response.json());
  const insecure = { execute: [oauth.allowInsecureRequests] };
  return oauth.discovery(new URL(server.issuer), String(id), typeof secret === 'string' ? secret : undefined, authentication, insecure);
}

async function signIn(config: oauth.Configuration, agent = new UserAgent()) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const challenge = { code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256' };
  const url = oauth.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid email', ...challenge });
  const { url: callback } = await agent.get(url);
  return oauth.authorizationCodeGrant(config, callback, { pkceCodeVerifier });
}

// What Java sends with each request.
test.each(['token', 'revoke', 'introspect', 'device_authorization', 'userinfo', 'register'])(
  'an error of /oauth/%s is JSON, also for a client that would rather read a page',
  async (path) => {
    const headers = { accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' };
    const response = await fetch(`${server.issuer}/oauth/${path}`, { method: 'POST', headers, body: new URLSearchParams({ x: '1' }) });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.json()).toMatchObject({ error: expect.any(String) });
  },
);

test('a token that nobody knows is refused at the userinfo', async () => {
  const response = await fetch(`${server.issuer}/oauth/userinfo`, { headers: { authorization: 'Bearer nosuch' } });
  expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_token' })]);
  expect(server.errors).toEqual([]);
});

test('a browser is signed out by POST too, once the person agrees', async () => {
  const agent = new UserAgent();
  await signIn(await register({}), agent);
  const asked = await agent.submit(
    new URL(`${server.issuer}/oauth/sign-out`),
    { client_id: 'flowkiwi-cli' },
    { 'sec-fetch-site': 'cross-site' },
  );
  expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('Sign out of the sandbox?')]);
});

test('a sign-out that is too long to be read is refused, not taken for one that asks for nothing', async () => {
  const body = new URLSearchParams({ client_id: 'flowkiwi-cli', id_token_hint: 'x'.repeat(9_000) });
  expect((await fetch(`${server.issuer}/oauth/sign-out`, { method: 'POST', body, redirect: 'manual' })).status).toBe(413);
});

test('a client of its own is registered, at localhost too, and can ask what a token is good for', async () => {
  const config = await register({ client_name: 'My tool', application_type: 'native' });
  const { access_token: token } = await signIn(config);
  expect(server.authenticate(token)).toMatchObject({ email: 'jane@acme.example' });
  expect(await oauth.tokenIntrospection(config, token)).toMatchObject({ active: true, scope: 'openid email' });
  await oauth.tokenRevocation(config, token);
  expect(await oauth.tokenIntrospection(config, token)).toEqual({ active: false });
});

test('a page says which client asks', async () => {
  const asking = await startServer();
  server = asking;
  const config = await register({ client_name: 'My tool' });
  const challenge = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const url = oauth.buildAuthorizationUrl(config, { redirect_uri: CALLBACK, scope: 'openid', ...challenge });
  expect((await new UserAgent().get(url)).text).toContain('My tool');
});

test('a registered client shows who it is with a key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = await crypto.subtle.importKey(
    'pkcs8',
    privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );
  const jwks = { keys: [publicKey.export({ format: 'jwk' })] };
  const config = await register({ token_endpoint_auth_method: 'private_key_jwt', jwks }, oauth.PrivateKeyJwt(key));
  const { access_token: token } = await signIn(config);
  expect(server.authenticate(token)).toMatchObject({ email: 'jane@acme.example' });
  expect(await oauth.tokenIntrospection(config, token)).toMatchObject({ active: true });
  await oauth.tokenRevocation(config, token);
  expect(server.authenticate(token)).toBeUndefined();
});

test('a machine shows who it is with its key in place of its secret', async () => {
  const { key: file } = await createMachine(server.database, { origin: server.issuer, name: 'Deployer', keyType: 'rsa' });
  const now = Math.floor(server.clock.now() / 1000);
  const claims = { iss: file.userId, sub: file.userId, aud: server.issuer, iat: now, exp: now + 60, jti: randomUUID() };
  const assertion = jwt({ alg: 'RS256', kid: file.keyId }, claims, createPrivateKey(file.key));
  const proof = { client_assertion: assertion, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
  const { status, json } = await requestToken(server.issuer, { grant_type: 'client_credentials', ...proof });
  expect([status, server.authenticate(String(json['access_token']))]).toEqual([200, expect.objectContaining({ id: file.userId })]);
});
