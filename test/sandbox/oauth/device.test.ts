import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { connect, oauthError, startServer, UserAgent } from '../../support/servers/sandbox-authorization-server.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid email offline_access';

function poll(config: oauth.Configuration, device_code: string) {
  return oauth.genericGrantRequest(config, GRANT, { device_code });
}

function xsrfOf(page: string): string {
  return page.match(/name="xsrf" value="([^"]+)"/)?.[1] ?? '';
}

test('the answer names the code, where to enter it and how often to poll', async () => {
  const server = await startServer();
  const answer = await oauth.initiateDeviceAuthorization(await connect(server), { scope: SCOPE });
  expect(answer).toMatchObject({ verification_uri: `${server.issuer}/oauth/device`, expires_in: 600, interval: 5 });
  expect(answer.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
  expect(answer.verification_uri_complete).toBe(`${server.issuer}/oauth/device?user_code=${answer.user_code}`);
});

test('polling faster than the interval is answered with slow_down, which adds five seconds each time', async () => {
  const server = await startServer({ deviceIntervalSeconds: 5 });
  const config = await connect(server);
  const { device_code } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const steps = [
    { waitMs: 0, error: 'authorization_pending' },
    { waitMs: 5000, error: 'authorization_pending' },
    { waitMs: 2000, error: 'slow_down' },
    { waitMs: 5000, error: 'slow_down' },
    { waitMs: 15_000, error: 'authorization_pending' },
  ];
  for (const { waitMs, error } of steps) {
    server.clock.advance(waitMs);
    expect(await oauthError(poll(config, device_code))).toEqual({ error, status: 400 });
  }
});

test('the polls of a code are forgotten with the end of its life', async () => {
  const server = await startServer({ deviceIntervalSeconds: 1_000, deviceCodeSeconds: 600 });
  const config = await connect(server);
  const { device_code } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const { device_code: another } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const steps = [
    { code: device_code, waitMs: 0, error: 'authorization_pending' },
    { code: another, waitMs: 300_000, error: 'authorization_pending' },
    { code: device_code, waitMs: 250_000, error: 'slow_down' },
    // The last poll of one is forgotten, that of the other is not.
    { code: another, waitMs: 400_000, error: 'authorization_pending' },
    { code: device_code, waitMs: 0, error: 'slow_down' },
  ];
  // By the clock of the intervals alone: to the provider itself no time passes.
  for (const { code, waitMs, error } of steps) {
    server.clock.advance(waitMs);
    expect(await oauthError(poll(config, code))).toEqual({ error, status: 400 });
  }
});

test('the person confirms the code, signs in, allows; then the device has its tokens', async () => {
  const server = await startServer();
  const config = await connect(server);
  const { device_code, user_code, verification_uri_complete = '' } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const agent = new UserAgent();

  const confirmation = await agent.get(new URL(verification_uri_complete));
  expect(confirmation.text).toContain(`<output class="code">${user_code}</output>`);
  expect(confirmation.text).not.toContain('<script');
  const fields = { xsrf: xsrfOf(confirmation.text), user_code, confirm: 'yes' };
  const signInPage = await agent.submit(new URL('/oauth/device', server.issuer), fields);
  const consentPage = await agent.submit(signInPage.url, { action: 'sign-in', email: 'jane@acme.example' });
  const done = await agent.submit(consentPage.url, { action: 'allow' });
  expect(done.text).toContain('<h1>Your device is connected</h1>');

  const tokens = await poll(config, device_code);
  expect(tokens.refresh_token).toEqual(expect.any(String));
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  expect(await oauthError(poll(config, device_code))).toEqual({ error: 'invalid_grant', status: 400 });
  expect(server.errors).toEqual([]);
});

test.each(['confirmation', 'consent'])('refusing on the %s page is access_denied for the device', async (page) => {
  const server = await startServer();
  const config = await connect(server);
  const { device_code, user_code } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const agent = new UserAgent();
  const url = new URL('/oauth/device', server.issuer);
  const input = await agent.get(url);
  const confirmation = await agent.submit(url, { xsrf: xsrfOf(input.text), user_code: user_code.toLowerCase().replace('-', ' ') });
  const fields = { xsrf: xsrfOf(confirmation.text), user_code };
  let last = await agent.submit(url, page === 'consent' ? { ...fields, confirm: 'yes' } : { ...fields, abort: 'yes' });
  if (page === 'consent') {
    const consentPage = await agent.submit(last.url, { action: 'sign-in', email: 'jane@acme.example' });
    last = await agent.submit(consentPage.url, { action: 'refuse' });
  }
  expect(last.text).toContain('<h1>Nothing was allowed</h1>');
  expect(await oauthError(poll(config, device_code))).toEqual({ error: 'access_denied', status: 400 });
});

test.each([
  { code: '', problem: 'Enter the code that your terminal shows.' },
  { code: 'ZZZZ-"><b>', problem: 'There is no such code' },
  { code: '\0', problem: 'There is no such code' },
])('the code $code is asked for again', async ({ code, problem }) => {
  const server = await startServer();
  const agent = new UserAgent();
  const url = new URL('/oauth/device', server.issuer);
  const answer = await agent.submit(url, { xsrf: xsrfOf((await agent.get(url)).text), user_code: code });
  expect(answer.text).toContain(problem);
  expect(answer.text).not.toContain('"><b>');
});

test('a link with an unknown code asks for the code', async () => {
  const server = await startServer();
  const answer = await new UserAgent().get(new URL('/oauth/device?user_code=NONE-SUCH', server.issuer));
  expect(answer.text).toContain('There is no such code');
});

test('a code that was not confirmed in time is expired for both sides', async () => {
  const server = await startServer({ deviceCodeSeconds: 1 });
  const config = await connect(server);
  const { device_code, user_code } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  await expect.poll(() => oauthError(poll(config, device_code))).toEqual({ error: 'expired_token', status: 400 });
  const agent = new UserAgent();
  const url = new URL('/oauth/device', server.issuer);
  const answer = await agent.submit(url, { xsrf: xsrfOf((await agent.get(url)).text), user_code });
  expect(answer.text).toContain('This code has expired.');
});

test('auto-approve: the first poll has the tokens', async () => {
  const server = await startServer({ autoApprove: true });
  const config = await connect(server);
  const { device_code } = await oauth.initiateDeviceAuthorization(config, { scope: SCOPE });
  const tokens = await poll(config, device_code);
  expect(tokens.refresh_token).toEqual(expect.any(String));
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  expect((await oauth.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toEqual(expect.any(String));
});
