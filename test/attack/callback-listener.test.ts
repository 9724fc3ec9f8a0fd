import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SIGNED_IN } from '../../src/oauth/callback-page.ts';
import { listenForCallback } from '../../src/oauth/callback-server.ts';
import { realClock } from '../support/clocks.ts';
import { newHome } from '../support/flowkiwi.ts';
import { startHostileAuthorizationServer } from '../support/servers/hostile-authorization-server.ts';
import { visit } from '../support/user-agent.ts';
import { type PendingLogin, startLogin } from './pending-login.ts';
import { rawRequest } from './raw-request.ts';

const refused = (port: number, address: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, address, () => resolve(false));
    socket.on('error', () => resolve(true));
    socket.on('close', () => resolve(true));
    onTestFinished(() => void socket.destroy());
  });

describe.concurrent('the port is closed, and nothing is stored, after', () => {
  const bring = ({ answer, redirectUri }: PendingLogin, parameters: Readonly<Record<string, string>>) =>
    visit(new URL(answer(parameters), redirectUri).href);

  test.for<[what: string, end: (pending: PendingLogin) => unknown, status: number, args?: readonly string[]]>([
    ['success', (pending) => bring(pending, { code: 'C' }), 0],
    ['a refusal', (pending) => bring(pending, { error: 'access_denied' }), 4],
    ['an error', (pending) => bring(pending, { error: 'invalid_request', error_description: '<script>alert(1)</script>' }), 4],
    ['a server that is busy', (pending) => bring(pending, { error: 'temporarily_unavailable' }), 75],
    ['the time that was allowed', () => undefined, 6, ['--timeout', '3s']],
    ['Ctrl-C', ({ login }) => login.process.kill('SIGINT'), 130],
    ['SIGTERM', ({ login }) => login.process.kill('SIGTERM'), 143],
  ])('%s', async ([_what, end, status, args = []], { expect, onTestFinished }) => {
    const server = await startHostileAuthorizationServer({}, onTestFinished);
    const pending = await startLogin(server.origin, onTestFinished, { args });
    // A connection that a browser keeps open must not keep the port, or the process.
    const kept = connect(pending.port, '127.0.0.1').on('error', () => undefined);
    const keptIsClosed = new Promise((resolve) => kept.on('close', resolve));
    await end(pending);
    expect((await pending.login.ended).status).toBe(status);
    await keptIsClosed;
    await expect(fetch(pending.redirectUri)).rejects.toThrow();
    expect(pending.stored() !== undefined).toBe(status === 0);
  });
});

test('what the server says reaches neither the page nor the terminal as more than text', async () => {
  const server = await startHostileAuthorizationServer({});
  const { login, answer, redirectUri } = await startLogin(server.origin, onTestFinished);
  const description = '<img src=x onerror=alert(1)>"\'&\u001b]0;pwned\u0007\u202e\nerror: forged';
  const page = await visit(new URL(answer({ error: 'invalid_request', error_description: description }), redirectUri).href);
  expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  expect(page.text).not.toContain('<img');
  const { stderr } = await login.ended;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
});

test('credentials.json is damaged while the person is in the browser: the page does not say that they are signed in', async () => {
  const server = await startHostileAuthorizationServer({});
  const home = newHome();
  const { login, answer, redirectUri } = await startLogin(server.origin, onTestFinished, { home });
  mkdirSync(join(home, 'flowkiwi'), { mode: 0o700, recursive: true });
  writeFileSync(join(home, 'flowkiwi', 'credentials.json'), '{{{', { mode: 0o600 });
  const page = await visit(new URL(answer({ code: 'C' }), redirectUri).href);
  expect(page.text).toContain('Sign-in failed');
  expect(page.text).toContain('is damaged');
  expect((await login.ended).status).toBe(2);
});

describe('the listener', () => {
  async function listen() {
    const listener = await listenForCallback({ state: 'S', issuer: 'https://id.example', issExpected: true }, realClock);
    onTestFinished(() => listener.close());
    return { ...listener, port: Number(new URL(listener.redirectUri).port) };
  }

  test('is bound to 127.0.0.1 alone (RFC 8252 section 8.3)', async () => {
    const { port } = await listen();
    expect(await refused(port, '127.0.0.1')).toBe(false);
    const others = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
    const outside = [...others, '::1', ...(process.platform === 'linux' ? ['127.0.0.2'] : [])].filter((address) => address !== '127.0.0.1');
    expect(await Promise.all(outside.map((address) => refused(port, address)))).toEqual(outside.map(() => true));
  });

  test('keeps the last page for the browser that brought the answer, and gives it to no other', async () => {
    const { port, redirectUri, answer, finish } = await listen();
    const browser = fetch(`${redirectUri}?code=C&state=S&iss=https%3A%2F%2Fid.example`, { redirect: 'manual' });
    await answer();
    const finished = finish(SIGNED_IN, undefined);
    const lastPage = new URL((await browser).headers.get('location') ?? '', redirectUri);
    const strays = ['/done', '/done/', '/done/AAAAAAAAAAAAAAAAAAAAAA', `${lastPage.pathname}x`];
    expect(await Promise.all(strays.map(async (target) => (await rawRequest(port, { target })).status))).toEqual([404, 404, 404, 404]);
    expect(await (await fetch(lastPage)).text()).toContain('You are signed in');
    await finished;
  });

  test('ends connections that do not send a request, so that they cannot use up what the process may open', async () => {
    const { port } = await listen();
    const beginnings = [
      '',
      'GET /callback',
      'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1',
    ];
    await Promise.all(
      beginnings.map(
        (beginning) =>
          new Promise((resolve) => {
            const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
            socket.on('error', resolve).on('close', resolve).resume();
          }),
      ),
    );
  });
});
