import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPage, openPage } from '../support/browser.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningProvider, startProvider } from '../support/servers/oidc-provider.ts';

const API = 'http://127.0.0.1:9/';
const RESOURCE = 'https://identity.example';

let provider: RunningProvider;

beforeAll(async () => {
  provider = await startProvider({
    clients: [
      {
        client_id: 'partner-tools',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      },
    ],
    routes: { authorization: '/login/start', token: '/v2/tokens', jwks: '/keys', revocation: '/v2/forget', userinfo: '/me' },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', audience: RESOURCE, accessTokenFormat: 'jwt', accessTokenTTL: 3600 }),
      },
    },
  });
});

afterAll(async () => {
  await provider?.close();
});

test('signs in to another authorization server: other routes, JWT access tokens, its own client id', { tags: ['chromium'] }, async () => {
  const home = newHome();
  // A browser has one second to come for its last page.
  const env = { FLOWKIWI_URL: API, NODE_OPTIONS: patience(1_000) };
  const login = startSignIn(['login', '--no-browser', '--issuer', provider.issuer, '--client-id', 'partner-tools'], { home, env });
  const url = await login.says(/^ {2}(http\S+)$/m);
  expect(new URL(url).pathname).toBe('/login/start');
  const page = await openPage();
  await page.goto(url);
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
  await checkPage(page, 'callback-done-elsewhere');
  expect(await login.ended).toMatchObject({ status: 0, stdout: '' });

  const token = await flowkiwi(['auth', 'token'], { home, env });
  secret(token.stdout.trim());
  expect(claimsOf(token.stdout)).toMatchObject({ iss: provider.issuer, aud: RESOURCE, client_id: 'partner-tools' });
  const status = await flowkiwi(['auth', 'status', '--json'], { home, env });
  expect(JSON.parse(status.stdout)).toMatchObject({ signed_in: true, method: 'browser', issuer: provider.issuer, refreshable: true });
  // A JWT cannot be revoked there; the sign-out still takes the session's refresh token back, and forgets it here.
  expect(await flowkiwi(['logout'], { home, env })).toMatchObject({ status: 0 });
  expect(await flowkiwi(['auth', 'token'], { home, env })).toMatchObject({ status: 4, stdout: '' });
});

test('a server without sign-in by code says so, and which way there is', async () => {
  const args = ['login', '--device', '--issuer', provider.issuer, '--client-id', 'partner-tools'];
  const { status, stderr } = await flowkiwi(args, { env: { FLOWKIWI_URL: API } });
  expect(status).toBe(4);
  expect(stderr).toBe(
    `error: the sign-in server ${provider.issuer} offers no sign-in with a code\nhint: sign in with a browser: flowkiwi login --browser\n`,
  );
});

test('a client id that the server does not know: it has the page, and the command waits no longer than it was told', async () => {
  const login = startSignIn(['login', '--no-browser', '--issuer', provider.issuer, '--timeout', '5s'], { env: { FLOWKIWI_URL: API } });
  expect((await fetch(await login.says(/^ {2}(http\S+)$/m))).status).toBe(400);
  expect(await login.ended).toMatchObject({ status: 6 });
});

function claimsOf(jwt: string): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
}
