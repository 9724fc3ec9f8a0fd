// @module-tag chromium
import { createServer } from 'node:http';
import * as oauth from 'openid-client';
import { expect, onTestFinished, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { listen } from '../support/servers/listen.ts';
import { authorizationRequest, connect, exchange, oauthError, startServer } from '../support/servers/sandbox-authorization-server.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const PHONE = { viewport: { width: 360, height: 740 } };

/** The client's loopback listener, on its own port. */
async function listenForCallback(): Promise<{ redirectUri: string; callback: Promise<URL> }> {
  let resolve: (url: URL) => void = () => {};
  const callback = new Promise<URL>((settle) => {
    resolve = settle;
  });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/callback')) resolve(new URL(`${redirectUri}${request.url.slice('/callback'.length)}`));
    response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><p>back at the client</p>');
  });
  const { origin } = await listen(server);
  onTestFinished(() => void server.close().closeAllConnections());
  const redirectUri = `${origin}/callback`;
  return { redirectUri, callback };
}

test('browser sign-in with PKCE: sign in, allow, back at the client with a code that gives tokens', async () => {
  const server = await startServer();
  const config = await connect(server);
  const { redirectUri, callback } = await listenForCallback();
  const request = await authorizationRequest(config, { redirect_uri: redirectUri });
  const page = await openPage(PHONE);

  await page.goto(request.url.href);
  expect(await page.getByLabel('Email address').inputValue()).toBe('jane@acme.example');
  await page.getByLabel('Email address').fill('nobody');
  await page.getByRole('button', { name: 'Continue' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('Enter an email address');
  await page.getByLabel('Email address').fill('jane@acme.example');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Allow flowkiwi CLI?', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();

  const tokens = await exchange(config, request, await callback);
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  await page.getByText('back at the client').waitFor();
});

test.each(['sign-in', 'consent'])('browser: refusing on the %s page brings access_denied to the client', async (refusedAt) => {
  const config = await connect(await startServer());
  const { redirectUri, callback } = await listenForCallback();
  const request = await authorizationRequest(config, { redirect_uri: redirectUri });
  const page = await openPage(PHONE);

  await page.goto(request.url.href);
  if (refusedAt === 'sign-in') await page.getByLabel('Email address').fill('');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: refusedAt === 'sign-in' ? 'Cancel' : 'Refuse' }).click();
  expect((await callback).searchParams.get('error')).toBe('access_denied');
});

test('browser: device approval, from the link with the code to the tokens', async () => {
  const server = await startServer();
  const config = await connect(server);
  const device = await oauth.initiateDeviceAuthorization(config, { scope: 'openid offline_access' });
  const page = await openPage(PHONE);

  await page.goto(device.verification_uri_complete ?? '');
  expect(await page.textContent('output')).toBe(device.user_code);
  expect(await oauthError(oauth.genericGrantRequest(config, GRANT, { device_code: device.device_code }))).toMatchObject({
    error: 'authorization_pending',
  });
  await page.getByRole('button', { name: 'Yes, continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your device is connected', level: 1 }).waitFor();
  const tokens = await oauth.genericGrantRequest(config, GRANT, { device_code: device.device_code });
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
});

test('browser: another account than the one of the session', async () => {
  const server = await startServer();
  const config = await connect(server);
  const { redirectUri, callback } = await listenForCallback();
  const request = await authorizationRequest(config, { redirect_uri: redirectUri });
  // The provider's way of ending the other session is a form that submits itself.
  const page = await openPage({ ...PHONE, javaScriptEnabled: true });

  await page.goto(request.url.href);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'Use another account' }).click();
  await page.getByLabel('Email address').fill('other@acme.example');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Signed in as other@acme.example').waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  const tokens = await exchange(config, request, await callback);
  expect(server.authenticate(tokens.access_token)?.email).toBe('other@acme.example');
});
