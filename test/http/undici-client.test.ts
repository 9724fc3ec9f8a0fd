import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import * as zlib from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HttpClient, HttpRequest } from '../../src/http/client.ts';
import { TransportError } from '../../src/http/transport-error.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/http/undici-client.ts';
import { cannedServer, deadUrl, httpAnswer, httpServer, rawServer } from '../support/servers/loopback.ts';
import { type FakeClock, fakeClock, TIME_LIMIT_MS } from './fake-clock.ts';

function client(clock: FakeClock = fakeClock(), options: Partial<HttpClientOptions> = {}): HttpClient {
  const http = createHttpClient({
    timeoutMs: TIME_LIMIT_MS,
    clock,
    userAgent: 'flowkiwi/1.2.3',
    nodeVersion: process.versions.node,
    random: () => 0.5,
    ...options,
  });
  onTestFinished(() => http.close());
  return http;
}

const get = (url: URL): HttpRequest => ({ method: 'GET', url, headers: {} });
const post = (url: URL, body = '{"name":"Acme"}'): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body,
});

async function failure(promise: Promise<unknown>): Promise<TransportError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) {
    return error;
  }
  throw new Error(`expected a TransportError, got ${String(error)}`);
}

test('sends method, path, headers and body, and reads status, headers and body', async () => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const { url } = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    seen.push({ request, body });
    response
      .writeHead(201, { 'Content-Type': 'application/ld+json', 'Set-Cookie': ['a=1', 'b=2'], 'X-Thing': 'é' })
      .end('{"name":"Zürich 🥝"}');
  });
  const target = new URL('/api/organizations?order%5Bname%5D=asc', url);
  const answer = await client().send({
    ...post(target, '{"name":"Zürich 🥝"}'),
    headers: { accept: 'application/ld+json', authorization: 'Bearer t' },
  });
  expect(seen[0]?.request.method).toBe('POST');
  expect(seen[0]?.request.url).toBe('/api/organizations?order%5Bname%5D=asc');
  expect(seen[0]?.request.headers).toMatchObject({
    host: url.host,
    accept: 'application/ld+json',
    authorization: 'Bearer t',
    'user-agent': 'flowkiwi/1.2.3',
    'content-length': '23',
    'accept-encoding': 'zstdDecompress' in zlib ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br',
  });
  expect(seen[0]?.body).toBe('{"name":"Zürich 🥝"}');
  expect(answer).toMatchObject({ status: 201, body: '{"name":"Zürich 🥝"}', url: target });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/ld+json', 'set-cookie': 'a=1, b=2' });
});

test.each([200, 201, 202, 204, 205, 300, 304, 400, 401, 403, 404, 409, 410, 415, 422, 500, 501, 505, 599])(
  'status %i is an answer, asked for once',
  async (status) => {
    let requests = 0;
    const { url } = await httpServer((_request, response) => {
      requests += 1;
      response.writeHead(status).end();
    });
    const answer = await client().send(get(url));
    expect(answer.status).toBe(status);
    expect(requests).toBe(1);
  },
);

test.each([429, 502, 503, 504])('GET with status %i is tried four times, with growing waits', async (status) => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(status).end('{}');
  });
  const clock = fakeClock();
  expect((await client(clock).send(get(url))).status).toBe(status);
  expect(requests).toBe(4);
  expect(clock.waits).toEqual([100, 200, 400]);
});

test('a retry that succeeds is the answer', async () => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(requests < 3 ? 503 : 200).end(String(requests));
  });
  expect(await client().send(get(url))).toMatchObject({ status: 200, body: '3' });
});

test('Retry-After, in seconds and as a date, is waited for on the clock', async () => {
  const clock = fakeClock({ start: Date.UTC(2026, 0, 31, 9, 30, 0) });
  const asked = ['7', 'Sat, 31 Jan 2026 09:30:19 GMT', '60'];
  const { url } = await httpServer((_request, response) => {
    const value = asked.shift();
    response.sendDate = false; // the clock of the test is another one
    response.writeHead(value === undefined ? 200 : 429, value === undefined ? {} : { 'Retry-After': value }).end();
  });
  expect((await client(clock).send(get(url))).status).toBe(200);
  expect(clock.waits).toEqual([7_000, 12_000, 60_000]);
});

test('a server that wants a long wait is asked once', async () => {
  const clock = fakeClock();
  const { url } = await httpServer((_request, response) => response.writeHead(503, { 'Retry-After': '61' }).end());
  expect((await client(clock).send(get(url))).status).toBe(503);
  expect(clock.waits).toEqual([]);
});

test('what changes something is repeated when the answer says that it had no effect', async () => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(requests === 1 ? 429 : requests === 2 ? 503 : 201).end();
  });
  const http = client();
  expect((await http.send({ ...post(url), isRefusal: ({ status }) => status === 429 })).status).toBe(503);
  expect((await http.send({ ...post(url), isRefusal: ({ status }) => status === 429 })).status).toBe(201);
  expect(requests).toBe(3);
});

test('a request that is to be sent once is not repeated', async () => {
  const clock = fakeClock();
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(503).end();
  });
  expect((await client(clock).send({ ...get(url), once: true })).status).toBe(503);
  expect((await failure(client(clock).send({ ...get(await deadUrl()), once: true }))).kind).toBe('refused');
  expect([requests, clock.waits]).toEqual([1, []]);
});

test.each([429, 500, 502, 503, 504])('POST with status %i is never repeated', async (status) => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(status, { 'Retry-After': '0' }).end();
  });
  expect((await client().send(post(url))).status).toBe(status);
  expect(requests).toBe(1);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is never repeated once the server may have read it', async (method) => {
  let requests = 0;
  const server = await rawServer((socket) => {
    socket.once('data', () => {
      requests += 1;
      socket.resetAndDestroy();
    });
  });
  const clock = fakeClock();
  const error = await failure(client(clock).send({ ...post(server.url), method }));
  expect(error).toMatchObject({ kind: 'reset', mayHaveBeenReceived: true });
  expect(requests).toBe(1);
  expect(server.connections()).toBe(1);
  expect(clock.waits).toEqual([]);
});

test('POST is not repeated when the connection is reset before anything is read: nobody can know', async () => {
  const server = await rawServer((socket) => socket.resetAndDestroy());
  const error = await failure(client().send(post(server.url)));
  expect(error.kind).toBe('reset');
  expect(server.connections()).toBe(error.mayHaveBeenReceived ? 1 : 4);
});

test('GET is repeated after a reset', async () => {
  const server = await rawServer((socket) => {
    socket.once('data', () => (server.connections() < 3 ? socket.resetAndDestroy() : socket.end(httpAnswer(200, 'ok'))));
  });
  expect((await client().send(get(server.url))).body).toBe('ok');
  expect(server.connections()).toBe(3);
});

test.each(['GET', 'POST'] as const)('%s to an address where nobody listens is tried four times', async (method) => {
  const url = await deadUrl();
  const clock = fakeClock();
  const error = await failure(client(clock).send({ method, url, headers: {} }));
  expect(error).toMatchObject({
    kind: 'refused',
    mayHaveBeenReceived: false,
    message: `cannot connect to ${url.origin}: connection refused`,
  });
  expect(clock.waits).toHaveLength(3);
});

test('a host name that does not exist', async () => {
  const error = await failure(client().send(post(new URL('http://no-such-host.invalid/'))));
  expect(error).toMatchObject({ kind: 'unreachable', mayHaveBeenReceived: false });
  expect(error.message).toContain('no-such-host.invalid');
});

test('https to a server without TLS fails at once, and nothing was sent', async () => {
  const server = await cannedServer(httpAnswer(400, 'plain'));
  const clock = fakeClock();
  const error = await failure(client(clock).send(post(new URL(`https://127.0.0.1:${server.url.port}/`))));
  expect(error).toMatchObject({ kind: 'tls', mayHaveBeenReceived: false });
  expect(clock.waits).toEqual([]);
});

test('a connection that ends in the TLS handshake is tried again, even for POST', async () => {
  const server = await rawServer((socket) => socket.once('data', () => socket.destroy()));
  const error = await failure(client().send(post(new URL(`https://127.0.0.1:${server.url.port}/`))));
  expect(error).toMatchObject({ kind: 'reset', mayHaveBeenReceived: false });
  expect(server.connections()).toBe(4);
});

test('silence ends with the time limit, after the headers too', async () => {
  for (const start of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"a"']) {
    let requests = 0;
    const server = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write(start);
        requests += 1;
      });
    });
    const clock = fakeClock();
    const sending = failure(client(clock).send(post(server.url)));
    await expect.poll(() => requests).toBe(1);
    clock.expire();
    expect(await sending).toMatchObject({
      kind: 'timeout',
      mayHaveBeenReceived: true,
      message: `no answer from ${server.url.origin} within 3600 s`,
    });
    await expect.poll(() => server.open()).toBe(0);
  }
});

test('a time limit in the TLS handshake means that nothing was sent', async () => {
  const server = await rawServer(() => undefined);
  const clock = fakeClock();
  const sending = failure(client(clock).send(post(new URL(`https://127.0.0.1:${server.url.port}/`))));
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await expect.poll(() => [server.connections(), clock.pending()]).toEqual([attempt, 1]);
    clock.expire();
  }
  expect(await sending).toMatchObject({ kind: 'timeout', mayHaveBeenReceived: false });
});

test('one connection serves requests that follow each other', async () => {
  const server = await httpServer((_request, response) => response.end('ok'));
  const http = client();
  for (let count = 0; count < 5; count += 1) {
    await http.send(count % 2 === 0 ? get(server.url) : post(server.url));
  }
  expect(server.connections()).toBe(1);
});

test('no time limit and no listener is left behind', async () => {
  const { url } = await httpServer((_request, response) => response.end('ok'));
  const clock = fakeClock();
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  const added = vi.spyOn(signal, 'addEventListener');
  await client(clock).send(get(url), signal);
  expect(clock.pending()).toBe(0);
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
});

test('an abort is noticed at once: before, while waiting for the answer, between attempts', async () => {
  const reason = new Error('interrupted');
  const http = client(fakeClock({ holds: true }));
  const before = new AbortController();
  before.abort(reason);
  await expect(http.send(get(await deadUrl()), before.signal)).rejects.toBe(reason);

  const silent = await rawServer(() => undefined);
  const during = new AbortController();
  const sending = http.send(post(silent.url), during.signal);
  await expect.poll(() => silent.open()).toBe(1);
  during.abort(reason);
  await expect(sending).rejects.toBe(reason);
  await expect.poll(() => silent.open()).toBe(0);

  const clock = fakeClock({ holds: true });
  const between = new AbortController();
  const retrying = client(clock).send(get(await deadUrl()), between.signal);
  await expect.poll(() => clock.waits).toHaveLength(1);
  between.abort(reason);
  await expect(retrying).rejects.toBe(reason);
});

test('an abort during a TLS handshake does not wait for it, and close ends the connection', async () => {
  const server = await rawServer(() => undefined);
  const http = client();
  const abort = new AbortController();
  const sending = http.send(get(new URL(`https://127.0.0.1:${server.url.port}/`)), abort.signal);
  await expect.poll(() => server.open()).toBe(1);
  abort.abort(new Error('interrupted'));
  await expect(sending).rejects.toThrow('interrupted');
  await http.close();
  await expect.poll(() => server.open()).toBe(0);
});

test('redirects within the origin are followed with the credential, and the final URL is told', async () => {
  const { url } = await httpServer((request, response) => {
    expect(request.headers.authorization).toBe('Bearer t');
    const hop = Number(request.url?.slice(1) || '0');
    response.writeHead(hop < 5 ? 302 : 200, hop < 5 ? { Location: `/${hop + 1}` } : {}).end(String(hop));
  });
  const answer = await client().send({ method: 'GET', url, headers: { authorization: 'Bearer t' } });
  expect(answer).toMatchObject({ status: 200, body: '5' });
  expect(answer.url.href).toBe(new URL('/5', url).href);
});

test('a redirect loop ends', async () => {
  let requests = 0;
  const { url } = await httpServer((_request, response) => {
    requests += 1;
    response.writeHead(308, { Location: '/' }).end();
  });
  expect(await failure(client().send(post(url)))).toMatchObject({ kind: 'redirect', mayHaveBeenReceived: false });
  expect(requests).toBe(6);
});

test('POST keeps its method and body over a 307', async () => {
  const bodies: string[] = [];
  const { url } = await httpServer(async (request, response) => {
    request.setEncoding('utf8');
    const [body] = await once(request, 'data');
    bodies.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(request.url === '/' ? 307 : 201, { Location: '/there' }).end();
  });
  expect((await client().send(post(url))).status).toBe(201);
  expect(bodies).toEqual(['POST / {"name":"Acme"}', 'POST /there {"name":"Acme"}']);
});

test('another origin never sees a request, let alone the credential', async () => {
  const other = await httpServer((_request, response) => response.end('caught'));
  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ['GET', 'POST'] as const) {
      const { url } = await httpServer((_request, response) => response.writeHead(status, { Location: other.url.href }).end());
      const error = await failure(client().send({ method, url, headers: { authorization: 'Bearer t' } }));
      expect(error.kind).toBe('redirect');
      expect(error.message).toContain(other.url.origin);
    }
  }
  expect(other.connections()).toBe(0);
});

test('every exchange, failure and wait is traced', async () => {
  const { url } = await httpServer((_request, response) => response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"a":1}'));
  const lines: string[] = [];
  await client(fakeClock(), { trace: (more) => lines.push(...more) }).send({
    method: 'GET',
    url,
    headers: { authorization: 'Bearer secret-token' },
  });
  const text = lines.join('\n');
  expect(text.match(/^> GET http:\/\/127\.0\.0\.1:\d+\/$/gm)).toHaveLength(4);
  expect(text.match(/^< 503 \(\d+ ms\)$/gm)).toHaveLength(4);
  expect(text.match(/^\* trying again in \d+ ms$/gm)).toHaveLength(3);
  expect(text).toContain('> authorization: Bearer [redacted]');
  expect(text).toContain('< {"a":1}');
  expect(text).not.toContain('secret-token');
});

test('a request that cannot be built is a bug of the caller, not of the network, and its secret is not told', async () => {
  const { url, connections } = await httpServer((_request, response) => response.end());
  const sending = client().send({ method: 'GET', url, headers: { authorization: 'Bearer secret\r\nx: y' } });
  const error = await sending.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TransportError);
  expect(String(error)).not.toContain('secret');
  expect(connections()).toBe(0);
});

test.each([
  ['in time: it is over', 0, 'timeout'],
  ['late, after a pause of the process: what has come meanwhile is read first', 5_000, 200],
])('a time limit that is noticed %s', async (_, lateMs, expected) => {
  const clock = fakeClock({ holds: true });
  const { url } = await httpServer((_request, response) => {
    clock.expire(lateMs);
    setImmediate(() => response.end('late'));
  });
  const sent = client(clock).send(post(url));
  expect(await (expected === 200 ? sent.then(({ status }) => status) : failure(sent).then(({ kind }) => kind))).toBe(expected);
});

test('an answer that is not a success shows no secret: not those that were sent, not those that the process has; one of success is as it came', async () => {
  const words = 'opaque-token-1, pa/ss-word, held-secret-1';
  const { url } = await httpServer((request, response) => {
    if (request.url === '/') return void response.writeHead(307, { location: '/there?echo=opaque-token-1' }).end();
    const status = request.url === '/ok' ? 200 : 422;
    response.writeHead(status, { 'x-request-id': words, 'content-type': 'application/json' }).end(JSON.stringify({ detail: words }));
  });
  const trace: string[] = [];
  const http = client(fakeClock(), { secrets: async () => ['held-secret-1'], trace: (lines) => trace.push(...lines) });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer opaque-token-1' };
  const request = { ...post(url, '{"password":"pa\\/ss-word"}'), headers };
  const hidden = '[redacted], [redacted], [redacted]';
  const refused = await http.send(request);
  expect(refused).toMatchObject({ status: 422, body: `{"detail":"${hidden}"}`, headers: { 'x-request-id': hidden } });
  expect(refused.bytes).toBeUndefined();
  expect(await http.send({ ...request, url: new URL('/ok', url) })).toMatchObject({
    body: `{"detail":"${words}"}`,
    bytes: expect.any(Buffer),
  });
  expect(trace.filter((line) => line.includes('/there'))).toEqual([
    `< location: ${url.origin}/there?echo=[redacted]`.replace(url.origin, ''),
    `> POST ${url.origin}/there?echo=[redacted]`,
  ]);
  expect(trace.join('\n')).not.toMatch(/opaque-token-1|ss-word|held-secret/);
});
