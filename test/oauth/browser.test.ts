import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Clock, PeerCheck } from '../../src/edges.ts';
import { CliError } from '../../src/errors.ts';
import { helpWith } from '../../src/hint.ts';
import { authorizationUrl, createTransaction, redeemCode } from '../../src/oauth/authorization-code.ts';
import { type BrowserSignIn, signInWithBrowser, type Visit } from '../../src/oauth/browser.ts';
import { discoverAuthorizationServer } from '../../src/oauth/discovery.ts';
import { refreshTokenSet } from '../../src/oauth/refresh.ts';
import { revokeTokens } from '../../src/oauth/revoke.ts';
import type { DiscoveredServer } from '../../src/oauth/server-metadata.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { leapingClock, patientClock, realClock } from '../support/clocks.ts';
import { ownPort } from '../support/own-port.ts';
import { CLIENT_ID, type RunningProvider, startProvider } from '../support/servers/oidc-provider.ts';
import { httpClient, idToken, metadata, type Reply, type Seen, serve } from '../support/servers/serve.ts';
import { type Visited, visit } from '../support/user-agent.ts';

const SCOPES = ['openid', 'email', 'profile', 'offline_access'];

type Keep = (tokens: TokenSet, visit: Visit) => Promise<TokenSet>;

/** Starts a sign-in; `url` is what it announces. */
function start(server: DiscoveredServer, more: Partial<BrowserSignIn> = {}, keep: Keep = (tokens) => Promise.resolve(tokens)) {
  let announced: (value: { url: URL; opened: boolean }) => void;
  const announcement = new Promise<{ url: URL; opened: boolean }>((resolve) => {
    announced = resolve;
  });
  const options: BrowserSignIn = {
    server,
    clientId: CLIENT_ID,
    scopes: SCOPES,
    http: httpClient(),
    // A browser has one second to come for its last page.
    clock: patientClock(1_000),
    timeoutMs: 20_000,
    openUrl: undefined,
    announce: (url, opened) => announced({ url: new URL(url), opened }),
    ...more,
  };
  const tokens = signInWithBrowser(options, keep);
  tokens.catch(() => undefined); // looked at later
  return { tokens, announcement, url: announcement.then(({ url }) => url) };
}

function parameter(url: URL, name: string): string {
  return url.searchParams.get(name) ?? '';
}

/** One raw request to the listener, which `fetch` would tidy up. */
function raw(
  target: string,
  { method = 'GET', host, port }: { method?: string; host?: string; port: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const request = httpRequest({ host: '127.0.0.1', port, method, path: target, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(method === 'POST' ? 'x=1' : undefined);
  });
}

/** The address that a server sends the browser to with a code. */
function answerTo(authorization: URL): string {
  return `${parameter(authorization, 'redirect_uri')}?code=C&state=${parameter(authorization, 'state')}`;
}

async function isClosed(redirectUri: string): Promise<boolean> {
  return fetch(redirectUri).then(
    () => false,
    () => true,
  );
}

test('RFC 7636 appendix B', async () => {
  const client = { server: metadata('https://id.example'), clientId: 'c', http: httpClient() };
  const transaction = { state: 'S', nonce: 'N', codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' };
  const url = new URL(await authorizationUrl(client, transaction, { redirectUri: 'http://127.0.0.1:1/callback', scopes: ['openid'] }));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'c',
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:1/callback',
    scope: 'openid',
    state: 'S',
    nonce: 'N',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
});

test('an authorization endpoint with a query of its own (RFC 6749 section 3.1): nothing of ours is there twice', async () => {
  const own = 'tenant=1&state=evil&code_challenge_method=plain&client_id=evil&redirect_uri=https%3A%2F%2Fevil.example';
  const server = metadata('https://id.example', { authorization_endpoint: `https://id.example/authorize?${own}` });
  const transaction = { state: 'S', nonce: 'N', codeVerifier: 'V' };
  const where = { redirectUri: 'http://127.0.0.1:1/callback', scopes: [] };
  const { searchParams } = new URL(await authorizationUrl({ server, clientId: 'c', http: httpClient() }, transaction, where));
  expect(searchParams.size).toBe(new Set(searchParams.keys()).size);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    tenant: '1',
    state: 'S',
    code_challenge_method: 'S256',
    client_id: 'c',
    redirect_uri: 'http://127.0.0.1:1/callback',
  });
});

describe('with the certified provider', () => {
  let provider: RunningProvider;
  let server: DiscoveredServer;

  beforeAll(async () => {
    provider = await startProvider();
  });
  afterAll(() => provider.close());
  beforeEach(async () => {
    provider.person = 'allows';
    const found = await discoverAuthorizationServer({ http: httpClient(), apiUrl: new URL(provider.issuer), issuer: undefined });
    if (found === undefined) throw new Error('the provider publishes metadata');
    server = found;
  });

  test('signs in, refreshes, revokes', async () => {
    const { tokens, url } = start(server);
    const page = await visit((await url).href);
    const set = await tokens;
    expect(set).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    expect(set.user).toEqual({ sub: 'jane', email: 'jane@acme.example', name: 'Jane' });
    expect(set.expiresAt).toBeGreaterThan(Date.now());
    expect(page.status).toBe(200);
    expect(page.text).toContain('You are signed in');

    const client = { server, clientId: CLIENT_ID, http: httpClient(), clock: realClock };
    const refreshed = await refreshTokenSet({ ...client, refreshToken: set.refreshToken ?? '' });
    if (refreshed.kind !== 'refreshed') throw new Error(refreshed.kind);
    expect(refreshed.tokens.refreshToken).not.toBe(set.refreshToken);
    expect(await revokeTokens({ ...client, tokens: refreshed.tokens })).toEqual({ outcome: 'revoked' });
    expect(await refreshTokenSet({ ...client, refreshToken: refreshed.tokens.refreshToken ?? '' })).toMatchObject({ kind: 'dead' });
  });

  test('asks for what RFC 8252, 7636 and 9700 want', async () => {
    const abort = new AbortController();
    const first = await start(server, { signal: abort.signal }).url;
    const second = await start(server, { signal: abort.signal }).url;
    abort.abort();
    expect(parameter(first, 'redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(parameter(first, 'code_challenge_method')).toBe('S256');
    expect(parameter(first, 'code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(first.searchParams.has('prompt')).toBe(false);
    for (const name of ['state', 'nonce', 'code_challenge', 'redirect_uri']) {
      expect(parameter(first, name)).not.toBe(parameter(second, name));
    }
  });

  test('the page the person ends on carries no code, loads nothing and is stored nowhere', async () => {
    const { tokens, url } = start(server);
    const page = await visit((await url).href);
    await tokens;
    expect(new URL(page.url).pathname).toMatch(/^\/done\/[\w-]{22}$/);
    expect(page.url).not.toContain('code=');
    expect(Object.fromEntries(page.headers)).toMatchObject({
      connection: 'close',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      ),
    });
    expect(page.text).not.toMatch(/<script|src=|href=/);
  });

  test('a refusal is told to the browser and to the caller', async () => {
    provider.person = 'refuses';
    const { tokens, url } = start(server);
    const page = await visit((await url).href);
    const message = 'sign-in was refused in the browser: Jane said <b>no</b> (access_denied)';
    await expect(tokens).rejects.toMatchObject({ code: 'auth', message });
    expect(page.text).toContain('Sign-in was refused');
    expect(page.text).toContain('Jane said &lt;b&gt;no&lt;/b&gt; (access_denied)');
    expect(page.text).not.toContain('<b>');
    expect(await isClosed(new URL(page.url).origin)).toBe(true);
  });

  test('stray requests change nothing', async () => {
    const { tokens, url } = start(server);
    const authorization = await url;
    const { port } = new URL(parameter(authorization, 'redirect_uri'));
    const state = parameter(authorization, 'state');
    const iss = encodeURIComponent(server.issuer);
    const good = `/callback?code=x&state=${state}&iss=${iss}`;
    const strays: [string, number, { method?: string; host?: string }?][] = [
      ['/favicon.ico', 404],
      ['/', 404],
      ['/done', 404],
      [`/callback/?code=x&state=${state}&iss=${iss}`, 404],
      [`//evil.example${good}`, 404],
      [`/x/..${good}`, 404],
      [`/%63allback?code=x&state=${state}&iss=${iss}`, 404],
      [`http://127.0.0.1:${port}${good}`, 404],
      [good, 405, { method: 'POST' }],
      [good, 405, { method: 'HEAD' }],
      [good, 405, { method: 'OPTIONS' }],
      [good, 400, { host: 'evil.example' }],
      [good, 400, { host: `localhost:${port}` }],
      [good, 400, { host: '127.0.0.1' }],
      ['/callback', 400],
      [`/callback?code=x&state=wrong&iss=${iss}`, 400],
      [`/callback?error=access_denied&state=wrong&iss=${iss}`, 400],
      [`/callback?error=access_denied&iss=${iss}`, 400],
      [`/callback?code=x&state=${state}`, 400],
      [`/callback?code=x&state=${state}&iss=https%3A%2F%2Fevil.example`, 400],
      [`/callback?error=access_denied&state=${state}&iss=https%3A%2F%2Fevil.example`, 400],
      [`${good}&state=${state}`, 400],
      [`${good}&code=y`, 400],
      [`/callback?state=${state}&iss=${iss}`, 400],
      [`/callback?${'a'.repeat(17_000)}`, 431],
    ];
    for (const [target, status, options = {}] of strays) {
      const answer = await raw(target, { port, ...options });
      expect([target.slice(0, 80), options, answer.status]).toEqual([target.slice(0, 80), options, status]);
    }
    // The connection may be cut before the whole of it is sent.
    const huge = raw(`/callback?${'a'.repeat(1_048_576)}`, { port }).then(({ status }) => status);
    expect([431, 'cut']).toContain(await huge.catch(() => 'cut'));
    await visit(authorization.href);
    expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
  });

  test('the listener is gone after success, and no connection holds the process', async () => {
    const { tokens, url } = start(server);
    const authorization = await url;
    const { origin } = new URL(parameter(authorization, 'redirect_uri'));
    await fetch(`${origin}/favicon.ico`); // a connection that would like to be kept
    await visit(authorization.href);
    await tokens;
    expect(await isClosed(origin)).toBe(true);
  });

  test('a code redeemed elsewhere fails, and the page says so', async () => {
    const { tokens, url } = start(server);
    const authorization = await url;
    const callback = await visit(authorization.href, { stopAt: parameter(authorization, 'redirect_uri') });
    const forged = new URL(callback.url);
    forged.searchParams.set('code', 'somebody-elses');
    const page = await visit(forged.href);
    await expect(tokens).rejects.toMatchObject({ code: 'auth' });
    expect(page.text).toContain('Sign-in failed');
  });

  describe('the browser', () => {
    test.each([
      ['opens', async () => true, true],
      ['does not open', async () => false, false],
      ['fails', () => Promise.reject(new Error('spawn xdg-open ENOENT')), false],
      [
        'fails at once',
        () => {
          throw new Error('no');
        },
        false,
      ],
    ])('%s: the URL is announced and sign-in goes on', async (_name, openUrl, opened) => {
      const { tokens, announcement } = start(server, { openUrl });
      const announced = await announcement;
      expect(announced.opened).toBe(opened);
      await visit(announced.url.href);
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
    });

    test('brings the answer before it reports that it was opened', async () => {
      let page: Promise<Visited> | undefined;
      const openUrl = async (url: string) => {
        page = visit(url);
        await page;
        return true;
      };
      const { tokens, announcement } = start(server, { openUrl });
      expect((await announcement).opened).toBe(true);
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
      expect((await page)?.text).toContain('You are signed in');
    });

    test('is opened on an address that leads to the sign-in once, and says nothing of it', async () => {
      const opened: string[] = [];
      const { tokens, url } = start(server, { openUrl: async (address) => opened.push(address) > 0 });
      const authorization = await url;
      const [address = ''] = opened;
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22}$/);
      const fromPage = await fetch(address, { redirect: 'manual', headers: { 'sec-fetch-site': 'cross-site' } });
      const first = await fetch(address, { redirect: 'manual', headers: { 'sec-fetch-site': 'none' } });
      const again = await fetch(address, { redirect: 'manual' });
      expect([fromPage.status, first.status, first.headers.get('location'), again.status]).toEqual([403, 303, authorization.href, 410]);
      expect(await again.text()).toContain('This address was already used');
      await visit(authorization.href);
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
    });

    test.each<[what: string, times: number, isOwnPeer: PeerCheck | undefined, isDoubtful: boolean]>([
      ['once', 1, undefined, false],
      ['twice', 2, undefined, true],
      ['twice, by processes of this user', 2, () => true, false],
    ])('asks for its address %s: it is known whether somebody else may have signed in', async (_what, times, isOwnPeer, isDoubtful) => {
      let address = '';
      let doubt: boolean | undefined;
      const openUrl = async (opened: string) => {
        address = opened;
        return true;
      };
      const keep: Keep = (tokens, visit) => {
        doubt = visit.isDoubtful;
        return Promise.resolve(tokens);
      };
      const { tokens, url } = start(server, { isOwnPeer, openUrl }, keep);
      const { href } = await url;
      for (let time = 1; time <= times; time += 1) await fetch(address, { redirect: 'manual' });
      await visit(href);
      await tokens;
      expect(doubt).toBe(isDoubtful);
    });

    test('of another user is refused, and the person is told once', async () => {
      let isOwn = false;
      let told = 0;
      const onForeignPeer = () => {
        told += 1;
      };
      const isOwnPeer = () => isOwn;
      const { tokens, url } = start(server, { isOwnPeer, onForeignPeer });
      const authorization = await url;
      const target = new URL(answerTo(authorization));
      const refusals = await Promise.all([fetch(target), fetch(target)]);
      expect(refusals.map(({ status }) => status)).toEqual([403, 403]);
      expect(await refusals[0]?.text()).toContain('no process of the user who signs in');
      isOwn = true;
      await visit(authorization.href);
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
      expect(told).toBe(1);
    });

    test('is sent back to the terminal when that has a question, and waits for nothing more', async () => {
      const keep: Keep = async (tokens, visit) => {
        await visit.leaveBrowser();
        return tokens;
      };
      const { tokens, url } = start(server, {}, keep);
      expect((await visit((await url).href)).text).toContain('Go back to the terminal');
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
    });

    test('never reports: it is taken to be starting', async () => {
      const clock = {
        ...realClock,
        sleep: (milliseconds: number, signal?: AbortSignal) => realClock.sleep(milliseconds === 3_000 ? 0 : milliseconds, signal),
      };
      const { tokens, announcement } = start(server, { clock, openUrl: () => new Promise(() => undefined) });
      const { url, opened } = await announcement;
      expect(opened).toBe(true);
      await visit(url.href);
      expect(await tokens).toMatchObject({ user: { sub: 'jane' } });
    });
  });

  test('nobody comes: timeout, and the port is closed', async () => {
    const { tokens, url } = start(server, { timeoutMs: 20 });
    const redirectUri = parameter(await url, 'redirect_uri');
    await expect(tokens).rejects.toMatchObject({ code: 'timeout', exitStatus: 6 });
    expect(await isClosed(redirectUri)).toBe(true);
  });

  test('an interruption ends it at once with its reason, and the port is closed', async () => {
    const reason = new Error('stop');
    const abort = new AbortController();
    const { tokens, url } = start(server, { signal: abort.signal });
    const redirectUri = parameter(await url, 'redirect_uri');
    abort.abort(reason);
    await expect(tokens).rejects.toBe(reason);
    expect(await isClosed(redirectUri)).toBe(true);
  });
});

describe('with a server of its own kind', () => {
  /** Signs in at a server whose token endpoint answers as told; the answer arrives with `state` and what `answer` adds. */
  async function signIn(
    token: (request: Seen, nonce: string, origin: string) => Reply | 'silence',
    options: Partial<BrowserSignIn> = {},
    iss = false,
  ) {
    let nonce = '';
    const { origin, seen } = await serve((request, origin) => {
      if (request.path === '/me') return { body: { sub: 'u', email: 'jane@acme.example' } };
      return token(request, nonce, origin);
    });
    const { tokens, url } = start(metadata(origin, { authorization_response_iss_parameter_supported: iss }), options);
    const authorization = await url;
    nonce = parameter(authorization, 'nonce');
    const callback = new URL(answerTo(authorization));
    return { tokens, callback, seen, authorization, origin };
  }
  const TOKENS = { access_token: 'A', token_type: 'bearer' };

  test.each<[string, (nonce: string, origin: string) => object]>([
    ['no id token, no lifetime, no refresh token', () => ({})],
    ['nulls', () => ({ id_token: null, expires_in: null, refresh_token: null, scope: null })],
    ['BEARER', () => ({ token_type: 'BEARER' })],
    ['no type', () => ({ token_type: undefined })],
    ['scopes as a list', () => ({ scope: ['openid', 'email'] })],
    [
      'an id token for several audiences',
      (nonce, iss) => ({ id_token: idToken({ iss, aud: [CLIENT_ID, 'p'], azp: CLIENT_ID, sub: 'u', nonce }) }),
    ],
  ])('%s: accepted', async (_name, more) => {
    const { tokens, callback } = await signIn((_request, nonce, origin) => ({ body: { ...TOKENS, ...more(nonce, origin) } }));
    expect((await visit(callback.href)).text).toContain('You are signed in');
    expect(await tokens).toMatchObject({ accessToken: 'A', refreshToken: undefined, expiresAt: undefined });
  });

  test.each<[how: string, answer: Readonly<Record<string, string>>, token: Reply]>([
    ['at once', { error: 'invalid_scope' }, { status: 500 }],
    ['for the code', {}, { status: 400, body: { error: 'not_allowed' } }],
  ])('offline access that is refused %s is done without', async (_how, answer, token) => {
    const replies = [...('error' in answer ? [] : [token]), { body: TOKENS }];
    const said: unknown[] = [];
    const say = (text: unknown) => void said.push(text);
    const { tokens, callback, origin } = await signIn(() => replies.shift() ?? { status: 500 }, { say });
    for (const [name, value] of Object.entries(answer)) callback.searchParams.set(name, value);
    const next = new URL((await visit(callback.href, { stopAt: `${origin}/authorize` })).url);
    expect(parameter(next, 'scope').split(' ')).toEqual(SCOPES.filter((scope) => scope !== 'offline_access'));
    expect((await visit(answerTo(next))).text).toContain('You are signed in');
    expect(await tokens).toMatchObject({ accessToken: 'A', refreshToken: undefined });
    expect(said).toEqual([expect.stringMatching(/does not give offline_access \(\w+\): trying without it/)]);
  });

  test('a client that takes pushed requests alone is told of --par', async () => {
    const { tokens, callback } = await signIn(() => ({ status: 500 }));
    callback.searchParams.set('error', 'invalid_request');
    callback.searchParams.set('error_description', 'Pushed Authorization Request is only allowed.');
    await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({ code: 'auth', hint: { command: { words: ['login', '--browser', '--par'] } } });
  });

  test('a server that restarts while the code is redeemed is waited for; not for ever', async () => {
    const restarting: Reply[] = [{ status: 503 }, { status: 502 }];
    const clock: Clock = { ...realClock, sleep: (ms, signal) => realClock.sleep(ms === 1_500 ? 10 : ms === 1_000 ? 20_000 : ms, signal) };
    const { tokens, callback } = await signIn(() => restarting.shift() ?? { body: TOKENS }, { clock });
    expect((await visit(callback.href)).text).toContain('You are signed in');
    expect(await tokens).toMatchObject({ accessToken: 'A' });
    const gone = await serve(() => ({ status: 503 }));
    const client = { server: metadata(gone.origin), clientId: CLIENT_ID, http: httpClient(), clock: leapingClock() };
    const redeemed = redeemCode(client, createTransaction(), { redirectUri: 'http://127.0.0.1/callback', code: 'C' });
    await expect(redeemed).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.clock.sleeps).toEqual(Array.from({ length: 10 }, () => 1_500));
  });

  test('scopes that are refused are named, with the flag for others', async () => {
    const { tokens, callback } = await signIn(() => ({ status: 500 }), { scopes: ['openid', 'x'], namedScopes: ['openid', 'x'] });
    callback.searchParams.set('error', 'invalid_scope');
    await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({ code: 'auth', hint: { say: expect.stringContaining('asked for openid x;') } });
  });

  test('the account, the page and the place to come back to can be chosen', async () => {
    const port = await ownPort();
    const place = { port, path: '/back', host: 'localhost' };
    const chosen = { prompt: 'select_account', loginHint: 'jane@acme.example', authParams: { kc_idp_hint: 'google' }, place };
    const { tokens, authorization } = await signIn(() => ({ body: TOKENS }), chosen);
    expect(Object.fromEntries(authorization.searchParams)).toMatchObject({
      prompt: 'select_account',
      login_hint: 'jane@acme.example',
      kc_idp_hint: 'google',
      redirect_uri: `http://localhost:${port}/back`,
    });
    await expect(start(metadata('https://id.example'), { place }).tokens).rejects.toMatchObject({ code: 'conflict' });
    expect((await visit(answerTo(authorization))).text).toContain('You are signed in');
    await tokens;
  });

  test('what is no answer is said once: an error without state, and a browser that insists on https', async () => {
    const said: unknown[] = [];
    const say = (text: unknown) => void said.push(text);
    const { tokens, callback } = await signIn(() => ({ body: TOKENS }), { say });
    const stray = new URL(`${callback.origin}${callback.pathname}?error=invalid_client`);
    for (let count = 0; count < 2; count += 1) {
      await visit(stray.href);
      await fetch(callback.href.replace('http:', 'https:')).catch(() => undefined);
    }
    expect(said).toEqual([expect.stringContaining('invalid_client'), expect.stringContaining('https')]);
    await visit(callback.href);
    await tokens;
  });

  test('a wait of 20 s says what to check', async () => {
    const said: unknown[] = [];
    const say = (text: unknown) => void said.push(text);
    const options = { say, clock: leapingClock(), timeoutMs: 30_000 };
    await start(metadata('https://id.example'), options).tokens.catch(() => undefined);
    expect(said).toEqual([expect.stringMatching(/the client \S+, with the redirect URI http:\/\/127\.0\.0\.1\/callback \(with any port/)]);
  });

  test.each<[string, (nonce: string, origin: string) => Reply | 'silence', string]>([
    [
      'an id token with another nonce',
      (_nonce, iss) => ({ body: { ...TOKENS, id_token: idToken({ iss, aud: CLIENT_ID, sub: 'u', nonce: 'x' }) } }),
      'auth',
    ],
    ['an id token without nonce', (_nonce, iss) => ({ body: { ...TOKENS, id_token: idToken({ iss, aud: CLIENT_ID, sub: 'u' }) } }), 'auth'],
    [
      'an id token of another issuer',
      (nonce) => ({ body: { ...TOKENS, id_token: idToken({ iss: 'https://x.example', aud: CLIENT_ID, sub: 'u', nonce }) } }),
      'auth',
    ],
    [
      'an id token for another client',
      (nonce, iss) => ({ body: { ...TOKENS, id_token: idToken({ iss, aud: 'x', sub: 'u', nonce }) } }),
      'auth',
    ],
    [
      'an id token that has expired',
      (nonce, iss) => ({ body: { ...TOKENS, id_token: idToken({ iss, aud: CLIENT_ID, sub: 'u', nonce, exp: 1 }) } }),
      'auth',
    ],
    ['a token that has to be proved', () => ({ body: { ...TOKENS, token_type: 'DPoP' } }), 'auth'],
    ['no access token', () => ({ body: { token_type: 'bearer' } }), 'auth'],
    ['a web page', () => ({ body: '<h1>no</h1>' }), 'auth'],
    ['invalid_grant', () => ({ status: 400, body: { error: 'invalid_grant', error_description: '<img src=x>' } }), 'auth'],
    ['trouble', () => ({ status: 500 }), 'unavailable'],
    ['silence', () => 'silence', 'unavailable'],
  ])('%s: refused, and the page says so', async (_name, reply, code) => {
    const { tokens, callback } = await signIn((_request, nonce, origin) => reply(nonce, origin));
    const page = await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({ code });
    expect(page.status).toBe(400);
    expect(page.text).toContain('Sign-in failed');
    expect(page.text).not.toContain('<img');
  });

  test('the code is redeemed once, with the verifier and the same redirect URI, at the server that was asked', async () => {
    const { tokens, callback, seen, authorization } = await signIn(() => ({ body: TOKENS }));
    await visit(callback.href);
    await tokens;
    expect(seen.map(({ path, form }) => [path, form])).toEqual([
      [
        '/token',
        {
          grant_type: 'authorization_code',
          code: 'C',
          client_id: CLIENT_ID,
          redirect_uri: parameter(authorization, 'redirect_uri'),
          code_verifier: expect.stringMatching(/^[\w-]{43}$/),
        },
      ],
    ]);
  });

  test('the browser is answered after the exchange, and a replay in between changes nothing', async () => {
    const order: string[] = [];
    let replayed: Promise<number> | undefined;
    const { origin, seen } = await serve(async () => {
      replayed ??= fetch(callback).then(({ status }) => status);
      order.push(`replay ${await replayed}`);
      return { body: TOKENS };
    });
    const { tokens, url } = start(metadata(origin));
    const authorization = await url;
    const callback = new URL(answerTo(authorization));
    await visit(callback.href).then(() => order.push('page'));
    await tokens;
    expect(order).toEqual(['replay 400', 'page']);
    expect(seen).toHaveLength(1);
  });

  test('what cannot be kept: the page says why, not that somebody is signed in', async () => {
    const { origin } = await serve(() => ({ body: TOKENS }));
    const full = new CliError('unavailable', 'no space is left');
    const { tokens, url } = start(metadata(origin), {}, () => Promise.reject(full));
    const page = await visit(answerTo(await url));
    await expect(tokens).rejects.toBe(full);
    expect(page.text).toContain('Sign-in failed');
    expect(page.text).toContain('No space is left');
  });

  test('a browser that does not come for its page delays nothing for long', async () => {
    const { tokens, callback } = await signIn(() => ({ body: TOKENS }), { clock: realClock });
    const answer = await fetch(callback, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/done\//)]);
    expect(await tokens).toMatchObject({ accessToken: 'A' });
  });

  test.each([
    ['access_denied', 'auth', 'try again'],
    ['invalid_request', 'auth', 'check the client id and the scopes'],
    ['server_error', 'unavailable', 'in a while'],
    ['temporarily_unavailable', 'unavailable', 'in a while'],
  ])('the error %s ends as %s', async (error, code, hint) => {
    const { tokens, callback } = await signIn(() => ({ status: 500 }));
    callback.searchParams.delete('code');
    callback.searchParams.set('error', error);
    callback.searchParams.set('error_description', '<script>alert(1)</script>');
    const page = await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({ code, hint: { say: expect.stringContaining(hint) } });
    expect(page.text).not.toContain('<script');
  });

  test('scopes: those of OpenID only as offered, others always; consent is asked for only with offline_access', async () => {
    const abort = new AbortController();
    const urn = 'urn:zitadel:iam:org:project:id:zitadel:aud';
    const server = metadata('https://id.example', { scopes_supported: ['openid', 'email'] });
    const url = await start(server, { scopes: [...SCOPES, urn], signal: abort.signal }).url;
    abort.abort();
    expect(parameter(url, 'scope')).toBe(`openid email ${urn}`);
    expect(url.searchParams.has('prompt')).toBe(false);
  });

  test('without openid there is no nonce', async () => {
    const abort = new AbortController();
    const url = await start(metadata('https://id.example'), { scopes: ['x:write'], signal: abort.signal }).url;
    abort.abort();
    expect([...url.searchParams.keys()].sort()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ]);
  });

  test('a server without sign-in in the browser: the hint has the flag that works', async () => {
    const { authorization_endpoint: _, ...server } = metadata('https://id.example');
    await expect(start(server).tokens).rejects.toMatchObject({ code: 'auth', hint: helpWith('sign in with a code', 'login', '--device') });
  });

  test('a clock that is not quite five minutes off', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { aud: CLIENT_ID, sub: 'u', iat: now - 340, exp: now - 280 };
    const { tokens, callback } = await signIn((_request, nonce, iss) => ({
      body: { ...TOKENS, id_token: idToken({ ...claims, iss, nonce }) },
    }));
    await visit(callback.href);
    expect(await tokens).toMatchObject({ user: { sub: 'u' } });
  });

  test('a clock that is three hours ahead is named', async () => {
    const serverNow = Date.now() - 3 * 3_600_000;
    const iat = Math.floor(serverNow / 1000);
    const claims = { aud: CLIENT_ID, sub: 'u', iat, exp: iat + 3_600 };
    const { tokens, callback, origin } = await signIn((_request, nonce, iss) => ({
      headers: { date: new Date(serverNow).toUTCString() },
      body: { ...TOKENS, id_token: idToken({ ...claims, iss, nonce }) },
    }));
    await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining(
        `this computer's clock is 3 h ahead of ${new URL(origin).host}: the answer of the sign-in server is not`,
      ),
      hint: helpWith('set the clock, then sign in again', 'login'),
    });
  });

  test('an interruption during the exchange ends it at once, and the browser is not left alone', async () => {
    const reason = new Error('stop');
    const abort = new AbortController();
    const { tokens, callback } = await signIn(
      () => {
        abort.abort(reason);
        return 'silence';
      },
      { signal: abort.signal },
    );
    const page = visit(callback.href);
    await expect(tokens).rejects.toBe(reason);
    expect((await page).text).toContain('Sign-in failed');
    expect(await isClosed(callback.origin)).toBe(true);
  });

  test('userinfo that says nothing delays nothing for long', async () => {
    const clock = {
      ...realClock,
      sleep: (milliseconds: number, signal?: AbortSignal) => realClock.sleep(milliseconds === 5_000 ? 20 : milliseconds, signal),
    };
    const { origin } = await serve(({ path }) => (path === '/me' ? 'silence' : { body: TOKENS }));
    const { tokens, url } = start(metadata(origin, { userinfo_endpoint: `${origin}/me` }), { clock });
    await visit(answerTo(await url));
    expect(await tokens).toMatchObject({ accessToken: 'A', user: undefined });
  });

  test('userinfo about another user: whose session it is nobody knows, so it is refused, and the page says so', async () => {
    const { origin } = await serve(({ path }, origin) =>
      path === '/me'
        ? { body: { sub: 'other', email: 'other@acme.example' } }
        : { body: { ...TOKENS, id_token: idToken({ iss: origin, aud: CLIENT_ID, sub: 'u', nonce }) } },
    );
    const { tokens, url } = start(metadata(origin, { userinfo_endpoint: `${origin}/me` }));
    const authorization = await url;
    const nonce = parameter(authorization, 'nonce');
    const callback = new URL(answerTo(authorization));
    const page = await visit(callback.href);
    await expect(tokens).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('of another') });
    expect(page.text).toContain('Sign-in failed');
  });
});
