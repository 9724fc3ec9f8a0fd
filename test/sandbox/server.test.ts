import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isCliError } from '../../src/errors.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.ts';
import { openRaw } from '../support/raw-connection.ts';
import { listen } from '../support/servers/listen.ts';
import { call, clock, startInMemory } from '../support/servers/sandbox-in-memory.ts';

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startInMemory(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

test.each([
  ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['localhost', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['::1', /^http:\/\/\[::1\]:\d+$/],
  ['[::1]', /^http:\/\/\[::1\]:\d+$/],
])('listens on %s', async (host, url) => {
  const sandbox = await start({ host });
  expect(sandbox.url).toMatch(url);
  expect((await call(sandbox.url, 'GET', '/_sandbox/health')).status).toBe(200);
});

test.each(['0.0.0.0', '::', '192.0.2.1', 'sandbox.example', '', '127.0.0.1.nip.io'])('refuses to listen on "%s"', async (host) => {
  await expect(start({ host })).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--host') });
});

test('a busy port is a conflict that names the port and the flag', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  const { port } = await listen(other);
  const error: unknown = await start({ port }).catch((reason: unknown) => reason);
  expect(isCliError(error) && [error.code, error.message, error.hint]).toEqual([
    'conflict',
    `Port ${port} is in use by another program.`,
    'choose another with --port, 0 for a free one',
  ]);
});

test.each([
  ['its own host', (port: string) => `127.0.0.1:${port}`, 200],
  ['localhost', (port: string) => `localhost:${port}`, 200],
  ['localhost in capitals', (port: string) => `LOCALHOST:${port}`, 200],
  ['a name that leads here', (port: string) => `rebound.example:${port}`, 403],
  ['its own host with another port', () => '127.0.0.1:1', 403],
  ['its own host without a port', () => '127.0.0.1', 403],
])('a request for %s', async (_, host, status) => {
  const { url } = await start();
  for (const path of ['/_sandbox/health', '/api/organizations']) {
    const sent = httpRequest(`${url}${path}`, { headers: { host: host(new URL(url).port) } }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(path === '/api/organizations' && status === 200 ? 405 : status);
  }
});

test('the API, the controls and the authorization server share one origin', async () => {
  const { url } = await start();
  const discovery = await call(url, 'GET', '/.well-known/openid-configuration');
  expect(discovery.json['issuer']).toBe(url);
  expect((await call(url, 'GET', '/api')).json['detail']).toBe(`No route found for "GET ${url}/api"`);
  expect((await call(url, 'GET', '/apis')).headers.get('content-type')).not.toContain('application/problem+json');
});

test('sign-in under the name localhost is sent to the issuer', async () => {
  const { url } = await start();
  const { port } = new URL(url);
  for (const [path, location] of [
    ['/oauth/authorize?a=b', `${url}/oauth/authorize?a=b`],
    ['//evil.example/', `${url}//evil.example/`],
  ] as const) {
    const [response] = await once(httpRequest({ host: '127.0.0.1', port, path, headers: { host: `localhost:${port}` } }).end(), 'response');
    response.resume();
    expect([response.statusCode, response.headers.location]).toEqual([307, location]);
  }
});

test.each(['', '/api'])('under the name localhost the resource "%s" goes by that name, and its sign-in server by its own', async (path) => {
  const { url } = await start();
  const origin = `http://localhost:${new URL(url).port}`;
  expect((await call(origin, 'GET', `/.well-known/oauth-protected-resource${path}`)).json).toMatchObject({
    resource: `${origin}${path}`,
    authorization_servers: [url],
  });
  const headers = { host: `acme.localhost:${new URL(url).port}` };
  const [response] = await once(httpRequest(`${url}/.well-known/oauth-protected-resource${path}`, { headers }).end(), 'response');
  response.resume();
  expect(response.statusCode).toBe(404);
});

test('closing answers what is under way and does not wait for idle connections', async () => {
  const { url, issueAccessToken, close } = await start();
  const token = await issueAccessToken('jane@acme.example');
  const idle = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void idle.destroy());
  await once(idle, 'connect');
  const body = '{"name":"Late"}';
  const sent = httpRequest(`${url}/api/organizations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  const closed = close();
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  await closed;
  expect(response.statusCode).toBe(201);
  await expect(call(url, 'GET', '/_sandbox/health')).rejects.toThrow();
});

test('the target of a request may be absolute, and its host counts', async () => {
  const { url } = await start();
  const { host } = new URL(url);
  const ask = async (target: string, ...hosts: string[]) => {
    const { socket, ended } = await openRaw(url);
    const lines = [`GET ${target} HTTP/1.1`, ...hosts.map((name) => `Host: ${name}`), 'Connection: close'];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return Number((await ended()).slice(9, 12));
  };
  expect([
    await ask(`${url}/_sandbox/health`, host),
    await ask(`${url}/_sandbox/health`, 'other.example'),
    await ask('http://other.example/_sandbox/health', host),
    await ask('http:///_sandbox/health', host),
    await ask('/_sandbox/health', host, host),
    await ask('/_sandbox/health', host, 'other.example'),
    await ask('/_sandbox/health', host),
  ]).toEqual([200, 200, 403, 400, 400, 400, 200]);
});

test('after a body that is too long the connection takes the next request', async () => {
  const { url } = await start();
  const { host } = new URL(url);
  const { socket, ended } = await openRaw(url);
  const body = `grant_type=${'x'.repeat(100_000)}`;
  const type = 'Content-Type: application/x-www-form-urlencoded';
  socket.write(`POST /oauth/token HTTP/1.1\r\nHost: ${host}\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  socket.write(`GET /_sandbox/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect((await ended()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test.each([
  ['Flowkiwi', 'POST', '/api/organizations'],
  ['ZITADEL', 'POST', '/management/v1/orgs'],
  ['the sign-in server', 'POST', '/oauth/token'],
  ['the controls', 'POST', '/_sandbox/tokens'],
])('a client that cuts its request to %s is no failure of the sandbox', async (_, method, path) => {
  const errors: unknown[] = [];
  const { url, close } = await start({ onError: (error) => errors.push(error) });
  const { socket } = await openRaw(url);
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n{`,
  );
  // All of them are loaded and begin to read.
  await call(url, method, path);
  socket.destroy();
  await close();
  expect(errors).toEqual([]);
});

test('closing cuts a request that never ends', async () => {
  const { url, close } = await start();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`POST /api/organizations HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 5\r\n\r\n{`);
  await once(socket, 'connect');
  await call(url, 'GET', '/_sandbox/health');
  await Promise.all([once(socket, 'close'), close(), close()]);
});

test('a device code is approved by the name that the person sees', async () => {
  const { url, approveDevice } = await start({ autoApprove: false });
  const form = (fields: Record<string, string>) => ({
    body: new URLSearchParams({ client_id: 'flowkiwi-cli', ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const discovery = await call(url, 'GET', '/.well-known/openid-configuration');
  const endpoint = (name: string) => String(discovery.json[`${name}_endpoint`]).slice(url.length);
  const { json: code } = await call(url, 'POST', endpoint('device_authorization'), form({ scope: 'openid' }));
  await approveDevice(String(code['user_code']));
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: String(code['device_code']) };
  const { json: tokens } = await call(url, 'POST', endpoint('token'), form(grant));
  const created = await call(url, 'POST', '/api/organizations', { token: String(tokens['access_token']), body: { name: 'Acme' } });
  expect(created.status).toBe(201);
});

test('a failure inside is told to onError and answered with 500', async () => {
  const errors: unknown[] = [];
  let broken = false;
  const now = () => {
    if (broken) throw new Error('the clock stands still');
    return clock.now();
  };
  const { url, issueAccessToken } = await start({ clock: { ...clock, now }, onError: (error) => errors.push(error) });
  const token = await issueAccessToken('jane@acme.example');
  broken = true;
  const reply = await call(url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  expect([reply.status, reply.json['detail']]).toEqual([500, 'Internal Server Error']);
  expect(errors).toEqual([new Error('the clock stands still')]);
});

test('its address leads a browser to the page that shows what happens', async () => {
  const sandbox = await start();
  const response = await fetch(sandbox.url);
  expect({ status: response.status, url: response.url }).toEqual({ status: 200, url: `${sandbox.url}/_sandbox/` });
});
