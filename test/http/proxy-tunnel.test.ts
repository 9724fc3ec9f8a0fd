import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { HttpClient } from '../../src/http/client.ts';
import { proxyFor } from '../../src/http/proxy.ts';
import { TransportError } from '../../src/http/transport-error.ts';
import { createHttpClient } from '../../src/http/undici-client.ts';
import { connectProxy } from '../support/servers/connect-proxy.ts';
import { cannedServer, deadUrl, httpServer, rawServer } from '../support/servers/loopback.ts';
import { type FakeClock, fakeClock, TIME_LIMIT_MS } from './fake-clock.ts';

const target = new URL('http://identity.example/api');

function client(
  proxy: string,
  { clock = fakeClock(), trace }: { clock?: FakeClock; trace?: (lines: readonly string[]) => void } = {},
): HttpClient {
  const http = createHttpClient({
    timeoutMs: TIME_LIMIT_MS,
    clock,
    userAgent: 'flowkiwi/0',
    nodeVersion: process.versions.node,
    random: () => 0,
    proxyFor: (url) => proxyFor(url, { HTTP_PROXY: proxy }),
    trace,
  });
  onTestFinished(() => http.close());
  return http;
}

const post = (http: HttpClient) => http.send({ method: 'POST', url: target, headers: { authorization: 'Bearer t' }, body: '{}' });

async function failure(promise: Promise<unknown>): Promise<TransportError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof TransportError) return error;
  throw new Error(`expected a TransportError, got ${String(error)}`);
}

test('requests go through one tunnel, which is kept, and the server alone sees them', async () => {
  const seen: string[] = [];
  const server = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers.authorization}`);
    expect(request.headers).not.toHaveProperty('proxy-authorization');
    response.end('{}');
  });
  const authorization = `Basic ${Buffer.from('jane:hunter2').toString('base64')}`;
  const proxy = await connectProxy({ route: () => Number(server.url.port), authorization });
  const lines: string[] = [];
  const http = client(`http://jane:hunter2@127.0.0.1:${proxy.port}`, { trace: (more) => lines.push(...more) });
  await post(http);
  await post(http);
  expect(proxy.targets).toEqual(['identity.example:80']);
  expect(seen).toEqual(Array.from({ length: 2 }, () => 'POST /api identity.example Bearer t'));
  expect(lines.join('\n')).toContain(`* through the proxy ${proxy.url} (HTTP_PROXY)\n> POST http://identity.example/api`);
  expect(lines.join('\n')).not.toMatch(/hunter2|aHVudGVyMg|amFuZT/);
});

test('loopback goes past the proxy', async () => {
  const server = await httpServer((_request, response) => response.end('direct'));
  const proxy = await connectProxy({});
  expect((await client(proxy.url).send({ method: 'GET', url: server.url, headers: {} })).body).toBe('direct');
  expect(proxy.targets).toEqual([]);
});

test.each([
  [407, 'proxy', 1, 'asks for a user and a password (status 407)'],
  [403, 'proxy', 1, 'opens no connection to identity.example (status 403)'],
  [500, 'proxy', 1, 'opens no connection to identity.example (status 500)'],
  [502, 'unreachable', 4, 'opens no connection to identity.example (status 502)'],
  [503, 'unreachable', 4, 'opens no connection to identity.example (status 503)'],
] as const)('a proxy that answers CONNECT with %i is %s after %i attempts, even for POST', async (status, kind, attempts, message) => {
  const proxy = await connectProxy({ status });
  const error = await failure(post(client(proxy.url)));
  expect(error).toMatchObject({ kind, mayHaveBeenReceived: false, message: `the proxy ${proxy.url} ${message}` });
  expect(proxy.targets).toHaveLength(attempts);
});

test('a wrong password is not repeated', async () => {
  const proxy = await connectProxy({ authorization: 'Basic right' });
  const error = await failure(post(client(`http://jane:hunter2@127.0.0.1:${proxy.port}`)));
  expect(error.message).toBe(`the proxy ${proxy.url} does not accept the user and the password (status 407)`);
  expect(error.hint).toBe(`give them in HTTP_PROXY: http://USER:PASSWORD@127.0.0.1:${proxy.port}`);
});

test('a proxy that does not run is tried four times and named', async () => {
  const { origin } = await deadUrl();
  const clock = fakeClock();
  const error = await failure(post(client(origin, { clock })));
  expect(error).toMatchObject({
    kind: 'refused',
    mayHaveBeenReceived: false,
    message: `the proxy cannot be used: cannot connect to ${origin}: connection refused`,
    hint: 'check HTTP_PROXY, which names the proxy; NO_PROXY names hosts to reach without it',
  });
  expect(clock.waits).toHaveLength(3);
});

test.each<[string, (socket: Socket) => void, string]>([
  ['hangs up', (socket) => socket.once('data', () => socket.destroy()), 'reset'],
  ['resets', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'reset'],
  ['speaks no HTTP', (socket) => socket.once('data', () => socket.end('SSH-2.0\r\n')), 'malformed'],
])('a proxy that %s is a failure before anything was sent', async (_name, behaviour, kind) => {
  const proxy = await rawServer(behaviour);
  const error = await failure(post(client(proxy.url.origin)));
  expect(error).toMatchObject({ kind, mayHaveBeenReceived: false });
  expect(error.message).toContain(`the proxy cannot be used: `);
  expect(error.message).toContain(proxy.url.origin);
});

test('a proxy that says nothing ends with the time limit, and its connection ends with the client', async () => {
  const proxy = await rawServer(() => undefined);
  const clock = fakeClock();
  const http = client(proxy.url.origin, { clock });
  const sending = failure(post(http));
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await expect.poll(() => [proxy.connections(), clock.pending()]).toEqual([attempt, 1]);
    clock.expire();
  }
  expect(await sending).toMatchObject({
    kind: 'timeout',
    mayHaveBeenReceived: false,
    message: `no connection to http://identity.example through the proxy ${proxy.url.origin} within 3600 s`,
  });
  await http.close();
  await expect.poll(() => proxy.open()).toBe(0);
});

test('a request that is lost behind the proxy may have been received', async () => {
  const server = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const proxy = await connectProxy({ route: () => Number(server.url.port) });
  expect(await failure(post(client(proxy.url)))).toMatchObject({ kind: 'reset', mayHaveBeenReceived: true });
  expect(server.connections()).toBe(1);
});

test('a proxy with https that speaks plain HTTP', async () => {
  const proxy = await cannedServer('HTTP/1.1 400 No\r\n\r\n');
  const error = await failure(post(client(`https://127.0.0.1:${proxy.url.port}`)));
  expect(error).toMatchObject({ kind: 'tls', mayHaveBeenReceived: false });
});

test('the proxy of these tests forwards nothing but tunnels', async () => {
  const proxy = await connectProxy({});
  const socket = connect(proxy.port, '127.0.0.1');
  socket.end('GET http://identity.example/ HTTP/1.1\r\nHost: identity.example\r\nConnection: close\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 405 /);
});

test.each([
  [['Proxy-Authenticate: Negotiate', 'Proxy-Authenticate: NTLM'], 'Negotiate or NTLM'],
  [['Proxy-Authenticate: Negotiate, NTLM'], 'Negotiate or NTLM'],
  [['Proxy-Authenticate: Digest realm="a, basic b", nonce="x"'], 'Digest'],
])('a proxy that wants %j is said to', async (lines, schemes) => {
  const proxy = await cannedServer(`HTTP/1.1 407 No\r\n${lines.join('\r\n')}\r\ncontent-length: 0\r\n\r\n`);
  const { message, kind } = await failure(post(client(proxy.url.origin)));
  expect([kind, message]).toEqual(['proxy', `the proxy ${proxy.url.origin} wants ${schemes}, and flowkiwi knows Basic alone (status 407)`]);
});

test('a proxy that takes Basic, too, asks for a user and a password', async () => {
  const proxy = await cannedServer('HTTP/1.1 407 No\r\nproxy-authenticate: Negotiate, Basic realm="x"\r\ncontent-length: 0\r\n\r\n');
  expect((await failure(post(client(proxy.url.origin)))).message).toContain('asks for a user and a password');
});
