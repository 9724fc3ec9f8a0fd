import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { rsa } from '../support/keys.ts';
import { homeWith } from '../support/machines.ts';
import { CLIENT_ID, type RunningProvider, startProvider } from '../support/servers/oidc-provider.ts';
import { type Said, startScriptedServer } from '../support/servers/scripted-server.ts';

const [STORED, NEW] = [secret('the-secret-that-is-stored'), secret('the-secret-of-today')];

/** A sign-in server that approves at once, and the secrets that its token endpoint has seen in the header. */
async function startIssuer() {
  const server = await startScriptedServer(({ path, query }): Said => {
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          status: 200,
          json: { issuer: server.url, token_endpoint: `${server.url}/token`, authorization_endpoint: `${server.url}/authorize` },
        };
      case '/authorize': {
        const location = `${query.get('redirect_uri')}?code=C&state=${query.get('state')}`;
        return { status: 302, headers: { location } };
      }
      case '/token':
        return {
          status: 200,
          json: { access_token: secret('an-access-token-0123'), refresh_token: secret('a-refresh-token-0123'), expires_in: 300 },
        };
      default:
        return { status: 404 };
    }
  });
  onTestFinished(() => server.close());
  const secrets = () =>
    server.asked
      .filter(({ path }) => path === '/token')
      .map(({ headers: { authorization = '' } }) =>
        decodeURIComponent(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()),
      );
  return { url: server.url, secrets };
}

test('a person signs in with a client that has a secret, which is stored for the renewals', async () => {
  const { url, secrets } = await startIssuer();
  const home = newHome();
  writeFileSync(join(home, 'secret'), `${STORED}\n`, { mode: 0o600 });
  const login = ['login', '--browser', '--client-id', 'web', '--client-secret-file', join(home, 'secret')];
  expect(await inProcess(login, { home, env: { FLOWKIWI_URL: url } })).toMatchObject({ status: 0 });
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  const { credentials } = JSON.parse(readFileSync(path, 'utf8'));
  expect(credentials.default.client).toEqual({ client_secret: STORED });

  // One that is in the environment is newer, also for the process that renews.
  for (const FLOWKIWI_CLIENT_SECRET of ['', NEW]) {
    const expired = { ...credentials.default, expires_at: new Date(Date.now() - 60_000).toISOString() };
    writeFileSync(path, JSON.stringify({ version: 1, credentials: { default: expired } }), { mode: 0o600 });
    expect(await flowkiwi(['auth', 'token'], { home, env: { FLOWKIWI_URL: url, FLOWKIWI_CLIENT_SECRET } })).toMatchObject({
      status: 0,
      stderr: '',
    });
  }
  expect(secrets()).toEqual([`web:${STORED}`, `web:${STORED}`, `web:${NEW}`]);
});

test('a secret in the environment is that of the client in the profile, not of the built-in one', async () => {
  const { url, secrets } = await startIssuer();
  const env = { FLOWKIWI_URL: url, FLOWKIWI_CLIENT_SECRET: NEW };
  expect(await inProcess(['login', '--browser'], { env })).toMatchObject({ status: 0 });
  expect(await inProcess(['login', '--browser', '--client-id', 'web'], { env })).toMatchObject({ status: 0 });
  expect(secrets()).toEqual(['', `web:${NEW}`]);
});

test('a secret goes to no server that only the API has named', async () => {
  const { url, secrets } = await startIssuer();
  const api = await startScriptedServer(({ path }) =>
    path === '/.well-known/oauth-protected-resource'
      ? { status: 200, json: { resource: api.url, authorization_servers: [url] } }
      : { status: 404 },
  );
  onTestFinished(() => api.close());
  const login = ['login', '--browser', '--client-id', 'web'];
  const env = { FLOWKIWI_URL: api.url, FLOWKIWI_CLIENT_SECRET: NEW };
  const run = await inProcess(login, { env });
  expect({ status: run.status, ...textError(run) }).toEqual({
    status: 2,
    message: `a client secret is sent only to a sign-in server that you have named; ${api.url} names ${url}`,
    hint: 'if that is right, name it with --issuer or in FLOWKIWI_ISSUER',
  });
  expect(secrets()).toEqual([]);
  expect(await inProcess([...login, '--issuer', url], { env })).toMatchObject({ status: 0 });
});

test('a way to show a secret that is nowhere', async () => {
  const { url } = await startIssuer();
  const run = await inProcess(['login', '--browser', '--client-id', 'web', '--client-auth', 'post'], { env: { FLOWKIWI_URL: url } });
  expect(run.status).toBe(2);
  expect(textError(run)).toEqual({
    message: 'the secret of the client is missing',
    hint: 'set FLOWKIWI_CLIENT_SECRET, or name a file with --client-secret-file (- for standard input)',
  });
});

/** The certified provider, which takes this client only with assertions that its key has signed. */
async function startKeyedProvider(): Promise<RunningProvider> {
  const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' };
  const provider = await startProvider({
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [jwk] },
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
    },
  });
  onTestFinished(() => provider.close());
  return provider;
}

test('a person signs in with a client that has a key, which is stored, renews the session and ends it', async () => {
  const { issuer } = await startKeyedProvider();
  const home = homeWith({ key: rsa.pem });
  for (const line of rsa.pem.split('\n')) if (line.length > 40) secret(line);
  const env = { FLOWKIWI_URL: 'http://127.0.0.1:9/', FLOWKIWI_ISSUER: issuer };
  const login = ['--debug', 'login', '--browser', '--par', '--key-file', join(home, 'key'), '--key-id', 'k'];
  expect(await inProcess(login, { home, env })).toMatchObject({ status: 0, stderr: expect.stringContaining('Signed in') });
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  const { credentials } = JSON.parse(readFileSync(path, 'utf8'));
  expect(credentials.default).toMatchObject({ method: 'browser', client: { private_key: rsa.pem.trim(), key_id: 'k' } });
  const expired = { ...credentials.default, expires_at: new Date(Date.now() - 60_000).toISOString() };
  writeFileSync(path, JSON.stringify({ version: 1, credentials: { default: expired } }), { mode: 0o600 });
  expect(await flowkiwi(['auth', 'token'], { home, env })).toMatchObject({ status: 0, stderr: '' });
  expect(await inProcess(['logout'], { home, env })).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('the session is revoked at the server'),
  });
});
