import { expect, onTestFinished, test } from 'vitest';
import { html } from '../../../src/sandbox/oauth/pages/html.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { authorizationRequest, connect, signIn, startServer, UserAgent } from '../../support/servers/sandbox-authorization-server.ts';
import { call, clock } from '../../support/servers/sandbox-in-memory.ts';
import { visit } from '../../support/user-agent.ts';

test('text in a page is escaped, pieces of HTML are not', () => {
  expect(html`<p title="${`"'&`}">${'<b>'}${html`<i>${'&'}</i>`}${[html`1`, html`2`]}${undefined}</p>`.html).toBe(
    '<p title="&quot;&#39;&amp;">&lt;b&gt;<i>&amp;</i>12</p>',
  );
});

test('every page is plain, closed in and kept by nobody', async () => {
  const server = await startServer();
  const { url } = await authorizationRequest(await connect(server));
  const agent = new UserAgent();
  const signInPage = await agent.get(url);
  const consentPage = await agent.submit(signInPage.url, { action: 'sign-in', email: 'jane@acme.example' });
  const others = ['/oauth/device', '/oauth/sign-out', '/oauth/authorize', '/oauth/interaction/unknown', '/nothing'];
  const pages = [signInPage, consentPage, ...(await Promise.all(others.map((path) => agent.get(new URL(path, server.issuer)))))];

  for (const { text, headers } of pages) {
    expect(text).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).not.toMatch(/<script|<form[^>]*action="https?:| on[a-z]+=|src=/);
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*style-src 'sha256-[^']+'.*frame-ancestors 'none'/);
  }
});

test('only the consent page of a request may send a form on to the redirect of that request', async () => {
  const server = await startServer();
  const config = await connect(server);
  const policyFor = async (parameters: Record<string, string>): Promise<string | null> => {
    const { url } = await authorizationRequest(config, parameters);
    return (await new UserAgent().get(url)).headers.get('content-security-policy');
  };
  expect(await policyFor({ redirect_uri: 'http://127.0.0.1:5000/callback' })).toContain("form-action 'self' http://127.0.0.1:5000;");
  expect(await policyFor({ redirect_uri: 'http://[::1]:5000/callback' })).toContain("form-action 'self' http:;");
  const device = await new UserAgent().get(new URL('/oauth/device', server.issuer));
  expect(device.headers.get('content-security-policy')).toContain("form-action 'self';");
});

test.each([
  { from: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { from: 'another port of this machine', headers: { 'sec-fetch-site': 'same-site' } },
  { from: 'another origin in an older browser', headers: { origin: 'http://127.0.0.1:1' } },
  { from: 'a hidden origin', headers: { origin: 'null' } },
])('a form from $from does nothing', async ({ headers }) => {
  const server = await startServer();
  const config = await connect(server);
  const { url } = await authorizationRequest(config);
  const agent = new UserAgent();
  const page = await agent.get(url);
  const answer = await agent.submit(page.url, { action: 'sign-in', email: 'jane@acme.example' }, headers);
  expect(answer.status).toBe(403);
  expect((await agent.get(url)).text).toContain('<h1>Sign in</h1>');
});

test('a form from the own origin of an older browser is accepted', async () => {
  const server = await startServer();
  const { url } = await authorizationRequest(await connect(server));
  const agent = new UserAgent();
  const page = await agent.get(url);
  const answer = await agent.submit(page.url, { action: 'sign-in', email: 'jane@acme.example' }, { origin: server.issuer });
  expect(answer.text).toContain('Allow flowkiwi CLI?');
});

test.each([
  { what: 'no action', fields: {} },
  { what: 'consent before sign-in', fields: { action: 'allow' } },
  { what: 'a body that is too long', fields: { action: 'sign-in', email: 'x'.repeat(9000) } },
])('a form with $what is refused', async ({ fields }) => {
  const server = await startServer();
  const { url } = await authorizationRequest(await connect(server));
  const agent = new UserAgent();
  const page = await agent.get(url);
  expect((await agent.submit(page.url, { ...fields })).status).toBe(400);
  expect(server.errors).toEqual([]);
});

test.each(['', 'nobody', 'a b@acme.example', '@acme.example', '"><script>@', 'nul\0@acme.example'])(
  'the address %j is asked for again',
  async (email) => {
    const server = await startServer();
    const { url } = await authorizationRequest(await connect(server));
    const agent = new UserAgent();
    const answer = await agent.submit((await agent.get(url)).url, { action: 'sign-in', email });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Enter an email address');
    expect(answer.text).not.toContain('"><script>');
    expect(server.errors).toEqual([]);
  },
);

test('the consent page names what the client gets', async () => {
  const config = await connect(await startServer());
  const gets = async (scope: string): Promise<string[]> => {
    const agent = new UserAgent();
    const { url } = await authorizationRequest(config, { scope });
    const page = await agent.submit((await agent.get(url)).url, { action: 'sign-in', email: 'jane@acme.example' });
    return [...page.text.matchAll(/<li>(.*)<\/li>/g)].map((match) => match[1] ?? '');
  };
  expect(await gets('openid')).toEqual(['Read, create and change organizations and instances as you', 'Know who you are']);
  expect(await gets('openid email offline_access')).toEqual([
    'Read, create and change organizations and instances as you',
    'Know who you are and your email address',
    'Stay signed in until you sign out there',
  ]);
});

test.each([
  { button: { logout: 'yes' }, heading: 'You are signed out', next: 'Sign in' },
  { button: {}, heading: 'You are still signed in', next: 'Allow flowkiwi CLI?' },
])('sign-out: $heading, and the terminal stays signed in', async ({ button, heading, next }) => {
  const server = await startServer();
  const config = await connect(server);
  const agent = new UserAgent();
  const tokens = await signIn(config, agent);
  const page = await agent.get(new URL('/oauth/sign-out', server.issuer));
  expect(page.text).toContain('<h1>Sign out of the sandbox?</h1>');
  const xsrf = page.text.match(/name="xsrf" value="([^"]+)"/)?.[1] ?? '';
  const answer = await agent.submit(new URL('/oauth/sign-out/confirm', server.issuer), { xsrf, ...button });
  expect(answer.text).toContain(`<h1>${heading}</h1>`);
  expect(server.authenticate(tokens.access_token)?.email).toBe('jane@acme.example');
  const { url } = await authorizationRequest(config);
  expect((await agent.get(url)).text).toContain(`<h1>${next}</h1>`);
});

test('a form without a session is refused, and a hint that is no address signs the demo partner in', async () => {
  const errors: unknown[] = [];
  const sandbox = await startSandbox({
    ...{ host: '127.0.0.1', port: 0, data: undefined, secret: undefined, autoApprove: true, clock },
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => sandbox.close());
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = await call(sandbox.url, 'POST', '/oauth/device', { body: 'user_code=AAAA-BBBB', headers });
  const request = new URLSearchParams({
    ...{ client_id: 'flowkiwi-cli', response_type: 'code', redirect_uri: 'http://127.0.0.1:1/callback', scope: 'openid' },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256', login_hint: '\0' },
  });
  const done = await visit(`${sandbox.url}/oauth/authorize?${request}`, { stopAt: 'http://127.0.0.1:1/' });
  expect([form.status, new URL(done.url).searchParams.has('code'), errors]).toEqual([400, true, []]);
});
