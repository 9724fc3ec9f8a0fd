import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { type RunningProvider, startProvider } from '../support/servers/oidc-provider.ts';
import { serve } from '../support/servers/serve.ts';
import { visit } from '../support/user-agent.ts';
import { type PendingLogin, startLogin } from './pending-login.ts';
import { type RawAnswer, type RawRequest, rawRequest, sendBytes } from './raw-request.ts';

const OTHER_SERVER = 'https://evil.example';

let provider: RunningProvider;
/** Resolves when the provider may go on with a token request. */
let tokenRequestsMayPass: Promise<void>;
let onTokenRequest: () => void = () => undefined;

beforeAll(async () => {
  tokenRequestsMayPass = Promise.resolve();
  provider = await startProvider({
    findAccount: async ({ oidc }, accountId) => {
      if (oidc?.route === 'token') {
        onTokenRequest();
        await tokenRequestsMayPass;
      }
      return { accountId, claims: () => ({ sub: accountId, email: 'jane@acme.example', name: 'Jane' }) };
    },
  });
});

afterAll(() => provider.close());

/** What every answer owes to the browser that it reaches, for any request. */
function assertHarmless({ text }: RawAnswer): void {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  expect(head.split('\r\n')).toEqual(
    expect.arrayContaining([
      'connection: close',
      'cache-control: no-store',
      'referrer-policy: no-referrer',
      'x-content-type-options: nosniff',
      'x-frame-options: deny',
      'cross-origin-resource-policy: same-origin',
      expect.stringMatching(
        /^content-security-policy: default-src 'none'; style-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'; /,
      ),
    ]),
  );
  expect(head).not.toMatch(/^(access-control-|set-cookie)/m);
  expect(body).not.toMatch(/<script|<img|<a /i);
}

describe('one sign-in survives', () => {
  // The sign-in is shared by the tests, so it ends with the last of them.
  const atTheEnd: (() => void | Promise<void>)[] = [];
  const idle: Socket[] = [];
  let pending: PendingLogin;
  let earlier: PendingLogin;

  beforeAll(async () => {
    const whenFinished = (run: () => void | Promise<void>) => void atTheEnd.push(run);
    [pending, earlier] = await Promise.all([startLogin(provider.issuer, whenFinished), startLogin(provider.issuer, whenFinished)]);
  });
  afterAll(async () => {
    for (const run of atTheEnd) await run();
    for (const socket of idle) socket.destroy();
  });

  const code = (more: Readonly<Record<string, string | undefined>> = {}) => pending.answer({ code: 'injected', ...more });
  const error = (more: Readonly<Record<string, string | undefined>> = {}) => pending.answer({ error: 'access_denied', ...more });

  test.each<[what: string, request: () => RawRequest, status: number]>([
    ['a code without state', () => ({ target: code({ state: undefined }) }), 400],
    ['a code with an empty state', () => ({ target: code({ state: '' }) }), 400],
    ['a code with a wrong state', () => ({ target: code({ state: 'guessed' }) }), 400],
    ['a code with the state of another sign-in', () => ({ target: earlier.answer({ code: 'injected' }) }), 400],
    ['a code with the state in capitals', () => ({ target: code({ state: stateOf(pending).toUpperCase() }) }), 400],
    ['a code with half of the state', () => ({ target: code({ state: stateOf(pending).slice(0, 20) }) }), 400],
    ['a code with the state twice', () => ({ target: `${code()}&state=${stateOf(pending)}` }), 400],
    ['a code with the state twice, once wrong', () => ({ target: `${code()}&state=guessed` }), 400],
    ['a code of another server (mix-up)', () => ({ target: code({ iss: OTHER_SERVER }) }), 400],
    ['a code without iss, which the server announces', () => ({ target: code({ iss: undefined }) }), 400],
    ['a code with an empty iss', () => ({ target: code({ iss: '' }) }), 400],
    ['a code whose iss differs by a slash', () => ({ target: code({ iss: `${provider.issuer}/` }) }), 400],
    ['a code with two iss', () => ({ target: `${code()}&iss=${encodeURIComponent(OTHER_SERVER)}` }), 400],
    ['two codes', () => ({ target: `${code()}&code=other` }), 400],
    ['an unknown parameter twice', () => ({ target: `${code()}&x=1&x=2` }), 400],
    ['an empty code', () => ({ target: code({ code: '' }) }), 400],
    ['neither a code nor an error', () => ({ target: pending.answer({}) }), 400],
    ['nothing at all', () => ({ target: '/callback' }), 400],
    ['an error without state', () => ({ target: error({ state: undefined }) }), 400],
    ['an error with a wrong state', () => ({ target: error({ state: 'guessed' }) }), 400],
    ['an error of another server (mix-up)', () => ({ target: error({ iss: OTHER_SERVER }) }), 400],
    ['an error without iss', () => ({ target: error({ iss: undefined }) }), 400],
    ['two errors', () => ({ target: `${error()}&error=invalid_scope` }), 400],
    ['an error of a stray page', () => ({ target: '/callback?error=access_denied' }), 400],
    ['parameters in a fragment', () => ({ target: code().replace('?', '#') }), 404],
    ['the answer as a form', () => ({ method: 'POST', target: '/callback', body: code().slice('/callback?'.length) }), 405],
    ...['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'].map((method): [string, () => RawRequest, number] => [
      method,
      () => ({ method, target: code() }),
      405,
    ]),
    ['the root', () => ({ target: '/' }), 404],
    ['an icon', () => ({ target: '/favicon.ico' }), 404],
    ['the last page, before there is one', () => ({ target: '/done' }), 404],
    ['the path with a slash', () => ({ target: code().replace('?', '/?') }), 404],
    ['the path in capitals', () => ({ target: code().replace('callback', 'CALLBACK') }), 404],
    ['the path encoded', () => ({ target: code().replace('/c', '/%63') }), 404],
    ['a path that leads there', () => ({ target: `/x/..${code()}` }), 404],
    ['two slashes', () => ({ target: `/${code()}` }), 404],
    ['the path of another host', () => ({ target: `//evil.example${code()}` }), 404],
    ['the absolute form', () => ({ target: `http://127.0.0.1:${pending.port}${code()}` }), 404],
    ['the absolute form of another host', () => ({ target: `http://evil.example${code()}` }), 404],
    ['the asterisk form', () => ({ method: 'OPTIONS', target: '*' }), 404],
    ['a rebound name', () => ({ target: code(), host: 'evil.example' }), 400],
    ['a rebound name with the port', () => ({ target: code(), host: `evil.example:${pending.port}` }), 400],
    ['a name that begins like the address', () => ({ target: code(), host: `127.0.0.1.evil.example:${pending.port}` }), 400],
    ['localhost', () => ({ target: code(), host: `localhost:${pending.port}` }), 400],
    ['the address without port', () => ({ target: code(), host: '127.0.0.1' }), 400],
    ['the address with another port', () => ({ target: code(), host: `127.0.0.1:${pending.port ^ 1}` }), 400],
    ['the address in another spelling', () => ({ target: code(), host: `127.1:${pending.port}` }), 400],
    ['an empty Host', () => ({ target: code(), host: '' }), 400],
  ])('%s', async (_what, request, status) => {
    const answer = await rawRequest(pending.port, request());
    expect(answer.status).toBe(status);
    assertHarmless(answer);
    expect(answer.text).not.toContain('injected');
  });

  test.each<[what: string, bytes: () => string]>([
    ['no Host', () => `GET ${code()} HTTP/1.1\r\n\r\n`],
    ['two Hosts', () => `GET ${code()} HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1:${pending.port}\r\n\r\n`],
    ['two Hosts, ours first', () => `GET ${code()} HTTP/1.1\r\nHost: 127.0.0.1:${pending.port}\r\nHost: evil.example\r\n\r\n`],
    ['our Host twice', () => `GET ${code()} HTTP/1.1\r\n${`Host: 127.0.0.1:${pending.port}\r\n`.repeat(2)}\r\n`],
    ['HTTP/1.0 without Host', () => `GET ${code()} HTTP/1.0\r\n\r\n`],
    ['a tunnel', () => `CONNECT 127.0.0.1:${pending.port} HTTP/1.1\r\nHost: 127.0.0.1:${pending.port}\r\n\r\n`],
    ['something else than HTTP', () => 'EHLO evil.example\r\n\r\n'],
    ['TLS', () => '\u0016\u0003\u0001\u0000\u0005hello'],
    ['a query of 1 MiB', () => `GET /callback?${'a'.repeat(2 ** 20)} HTTP/1.1\r\nHost: 127.0.0.1:${pending.port}\r\n\r\n`],
    ['headers of 1 MiB', () => `GET ${code()} HTTP/1.1\r\nHost: 127.0.0.1:${pending.port}\r\nX: ${'a'.repeat(2 ** 20)}\r\n\r\n`],
  ])('%s: refused or cut', async (_what, bytes) => {
    expect([0, 400, 431]).toContain((await sendBytes(pending.port, bytes())).status);
  });

  test('1,000 requests at once', async () => {
    const targets = ['/', '/callback', code({ state: 'guessed' }), error({ state: 'guessed' }), error({ iss: OTHER_SERVER })];
    const requests = Array.from({ length: 1_000 }, (_, index) =>
      rawRequest(pending.port, { target: targets[index % targets.length] ?? '/' }),
    );
    const statuses = new Set((await Promise.all(requests)).map(({ status }) => status));
    expect([...statuses].sort()).toEqual([400, 404]);
  });

  test('connections that never finish their request', async () => {
    const beginnings = ['', 'GET /callback', `GET ${code()} HTTP/1.1\r\nHost: 127.0.0.1:${pending.port}\r\nX-Slow: `];
    for (let index = 0; index < 150; index += 1) {
      const socket = connect(pending.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(beginnings[index % beginnings.length] ?? '');
      idle.push(socket);
    }
    expect((await rawRequest(pending.port, { target: '/' })).status).toBe(404);
  });

  test('a page of another origin that has guessed the port', { tags: ['chromium'] }, async () => {
    const listener = `http://127.0.0.1:${pending.port}`;
    const stray = `${listener}${error({ state: 'guessed' })}`;
    const careless = await serve(() => ({ body: 'anybody may have this' }));
    const script = `
      const outcome = (work) => work.then(() => 'done', () => 'failed');
      const image = new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: '${stray}' }));
      const frame = new Promise((resolve) => {
        const element = Object.assign(document.createElement('iframe'), { src: '${stray}', onload: () => {
          try { resolve(element.contentDocument ? 'readable' : 'closed'); } catch { resolve('closed'); }
        } });
        document.body.append(element);
      });
      window.seen = Promise.all([
        outcome(fetch('${careless.origin}', { mode: 'no-cors' })),
        outcome(fetch('${stray}')),
        outcome(fetch('${stray}', { mode: 'no-cors' })),
        outcome(fetch('${stray}', { method: 'POST', mode: 'no-cors', body: 'code=injected' })),
        outcome(fetch('${stray}', { headers: { 'x-custom': '1' } })),
        outcome(image),
        frame,
      ]);`;
    const evil = await serve(() => ({ headers: { 'content-type': 'text/html' }, body: `<!doctype html><body><script>${script}</script>` }));
    const page = await openPage({ javaScriptEnabled: true, mayComplain: true });
    await page.goto(evil.origin);
    // Of the listener, unlike of a server that does not forbid it, nothing can be read, embedded or shown.
    expect(await page.evaluate('window.seen')).toEqual(['done', 'failed', 'failed', 'failed', 'failed', 'failed', 'closed']);
  });

  test('and finishes with the right answer, which nobody can use again', async () => {
    expect(pending.login.process.exitCode).toBeNull();
    let release = () => {};
    const asked = new Promise<void>((resolve) => {
      onTokenRequest = resolve;
    });
    tokenRequestsMayPass = new Promise((resolve) => {
      release = resolve;
    });
    const { url } = await visit(pending.authorization.href, { stopAt: pending.redirectUri.href });
    const page = visit(url);
    await asked;
    const replays = [url.slice(pending.redirectUri.origin.length), code(), error()];
    const answers = await Promise.all(replays.map((target) => rawRequest(pending.port, { target })));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    release();
    expect((await page).text).toContain('You are signed in');
    expect(await pending.login.ended).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('as jane@acme.example') });
    expect(JSON.parse(pending.stored() ?? '')).toMatchObject({ credentials: { default: { user: { sub: 'jane' } } } });
    await expect(fetch(pending.redirectUri)).rejects.toThrow();
  });

  test('while the other sign-in still waits for its own', async () => {
    expect((await rawRequest(earlier.port, { target: pending.answer({ code: 'injected' }) })).status).toBe(400);
    expect(earlier.login.process.exitCode).toBeNull();
  });
});

function stateOf({ authorization }: PendingLogin): string {
  return authorization.searchParams.get('state') ?? '';
}
