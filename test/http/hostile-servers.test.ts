import * as zlib from 'node:zlib';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../src/http/client.ts';
import { MAX_BODY_BYTES } from '../../src/http/content-coding.ts';
import { readJson } from '../../src/http/problem.ts';
import { TransportError } from '../../src/http/transport-error.ts';
import { createHttpClient } from '../../src/http/undici-client.ts';
import { cannedServer, httpAnswer, httpServer, type Loopback, rawServer } from '../support/servers/loopback.ts';
import { fakeClock, TIME_LIMIT_MS } from './fake-clock.ts';

async function send(server: Loopback, method: HttpRequest['method'] = 'POST'): Promise<HttpResponse | TransportError> {
  const http = createHttpClient({
    timeoutMs: TIME_LIMIT_MS,
    clock: fakeClock(),
    userAgent: 'flowkiwi/0',
    nodeVersion: process.versions.node,
  });
  onTestFinished(() => http.close());
  try {
    return await http.send({ method, url: server.url, headers: {} });
  } catch (error) {
    if (error instanceof TransportError) {
      return error;
    }
    throw error;
  }
}

const manyHeaders = Array.from({ length: 5_000 }, (_, index) => `X-${index}: ${'a'.repeat(50)}\r\n`).join('');

test.each<[string, string, TransportError['kind']]>([
  ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'malformed'],
  ['garbage bytes', '\u0000\u0001\u0002\u0003\r\n\r\n', 'malformed'],
  ['a header bomb', `HTTP/1.1 200 OK\r\n${manyHeaders}\r\n`, 'malformed'],
  ['one endless header', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n`, 'malformed'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc', 'reset'],
  ['length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'reset'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'malformed'],
  ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'malformed'],
  ['a header line without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n', 'malformed'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le', 'reset'],
  ['nothing at all', '', 'reset'],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"id":"a","na', 'reset'],
  ['half a body, closing', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{"id":"a","na', 'reset'],
  ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{"id":"a"', 'reset'],
  ['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n', 'reset'],
  ['no last chunk, closing', 'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n', 'reset'],
])('%s: a clear failure, and never repeated for POST', async (_name, answer, kind) => {
  const server = await cannedServer(answer);
  const result = await send(server);
  expect(result).toBeInstanceOf(TransportError);
  expect(result).toMatchObject({ kind, mayHaveBeenReceived: true });
  expect(server.connections()).toBe(1);
});

test('an answer without a length that ends with the connection is whole', async () => {
  expect(await send(await cannedServer('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}'))).toMatchObject({ status: 200, body: '{}' });
});

test('informational answers are passed over', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(3);
  expect(await send(await cannedServer(early + httpAnswer(200, '{}')))).toMatchObject({ status: 200, body: '{}' });
});

test.each<[string, Record<string, string>]>([
  ['announced', { 'Content-Length': String(1024 ** 3) }],
  ['unannounced', {}],
])('a body of 1 GiB (%s) is given up at 16 MiB', async (_name, headers) => {
  const block = Buffer.alloc(1024 * 1024, 'a');
  let written = 0;
  const server = await httpServer((_request, response) => {
    response.writeHead(200, headers);
    const more = () => {
      while (written < 1024 && !response.destroyed) {
        written += 1;
        if (!response.write(block)) {
          response.once('drain', more);
          return;
        }
      }
    };
    more();
  });
  expect(await send(server, 'GET')).toMatchObject({ kind: 'too_large', message: expect.stringContaining('larger than 16 MiB') });
  expect(server.connections()).toBe(1);
  expect(written).toBeLessThan(64);
  await expect.poll(() => server.open()).toBe(0);
});

test('exactly 16 MiB is read', async () => {
  const body = Buffer.alloc(MAX_BODY_BYTES, 'a');
  const server = await httpServer((_request, response) => response.end(body));
  const result = await send(server, 'GET');
  expect('body' in result && result.body.length).toBe(MAX_BODY_BYTES);
});

/** Zstandard, where this Node.js has it. */
const { zstdCompressSync }: typeof zlib & { readonly zstdCompressSync?: (data: string) => Buffer } = zlib;
const json = '{"name":"é"}';

test.each<[coding: string, body: Buffer]>([
  ['gzip', gzipSync(json)],
  ['X-GZIP', gzipSync(json)],
  ['deflate', deflateSync(json)],
  ['deflate', deflateRawSync(json)],
  ['br', brotliCompressSync(json)],
  ['identity', Buffer.from(json)],
  ['gzip, identity', gzipSync(json)],
  ['identity,gzip', gzipSync(json)],
  ['deflate, gzip', gzipSync(deflateSync(json))],
  ['gzip, gzip', gzipSync(gzipSync(json))],
  [', gzip ,', gzipSync(json)],
  ['', Buffer.from(json)],
  ['gzip', Buffer.alloc(0)],
  ...(zstdCompressSync ? [['zstd', zstdCompressSync(json)] as [string, Buffer]] : []),
])('a body in the coding %j is understood', async (coding, body) => {
  const server = await httpServer((_request, response) => response.writeHead(200, { 'Content-Encoding': coding }).end(body));
  expect(await send(server)).toMatchObject({ body: body.length === 0 ? '' : json });
});

test.each<[string, string, Buffer, TransportError['kind']]>([
  ['a compression bomb', 'gzip', gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1)), 'too_large'],
  ['a compression bomb in brotli', 'br', brotliCompressSync(Buffer.alloc(MAX_BODY_BYTES + 1)), 'too_large'],
  ['a compression bomb inside another coding', 'gzip, br', brotliCompressSync(gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1))), 'too_large'],
  ['half of a compressed body', 'gzip', gzipSync('{"name":"Acme"}').subarray(0, 20), 'malformed'],
  ['no compression where it is announced', 'gzip', Buffer.from('{}'), 'malformed'],
  ['an unknown coding', 'compress', Buffer.from('{}'), 'malformed'],
  ['an unknown coding below a known one', 'compress, gzip', gzipSync('{}'), 'malformed'],
  ['one coding on top of the other', 'gzip, gzip, gzip, gzip, gzip, gzip', gzipSync('{}'), 'malformed'],
])('%s is refused', async (_name, coding, body, kind) => {
  const server = await httpServer((_request, response) => response.writeHead(200, { 'Content-Encoding': coding }).end(body));
  expect(await send(server)).toMatchObject({ kind, mayHaveBeenReceived: true });
});

test.each<[name: string, answer: string, unreadable: RegExp]>([
  ['in an unknown coding', httpAnswer(201, 'abc', { 'Content-Encoding': 'foo', Location: '/api/x/1' }), /is compressed as "foo"/],
  ['in a damaged coding', httpAnswer(201, 'abc', { 'Content-Encoding': 'gzip', Location: '/api/x/1' }), /is compressed, and damaged$/],
  ['cut off', httpAnswer(201, '{"id":', { 'Content-Length': '40', Location: '/api/x/1' }), /(ended early|in the middle of its answer)$/],
  ['far too long', httpAnswer(201, '{', { 'Content-Length': '99999999', Location: '/api/x/1' }), /is larger than 16 MiB$/],
  ['with a broken chunk', 'HTTP/1.1 201 Created\r\nLocation: /api/x/1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /is not valid HTTP$/],
])('an answer 201 whose body is %s says that something was created, and where', async (_name, answer, unreadable) => {
  expect(await send(await cannedServer(answer))).toMatchObject({
    status: 201,
    headers: { location: '/api/x/1' },
    body: '',
    unreadable: expect.stringMatching(unreadable),
  });
});

test('a byte order mark is left out, broken UTF-8 becomes the replacement character', async () => {
  const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]);
  const server = await httpServer((_request, response) => response.end(body));
  const result = await send(server);
  expect(result).toMatchObject({ body: '{"a":"\ufffd\ufffd"}' });
});

test.each(['{"id":"0196f3a0", "name": "Ac', '', 'OK', '<!DOCTYPE html><p>hello', '\u001b]0;owned\u0007'])(
  'a successful answer that is not JSON (%j) is not a result, and none of it is shown',
  async (body) => {
    const server = await cannedServer(httpAnswer(200, body));
    const result = await send(server, 'GET');
    if (result instanceof TransportError) {
      throw result;
    }
    let message = '';
    try {
      readJson(result);
    } catch (error) {
      expect(error).toMatchObject({ code: 'unavailable', status: 200 });
      message = String(error);
    }
    expect(message).toContain("not the API's JSON");
    expect(message).not.toMatch(/0196f3a0|hello|owned/);
  },
);

test('bytes after the answer do not become the next answer', async () => {
  const server = await rawServer((socket) => {
    socket.on('data', () => socket.write(httpAnswer(200, 'one') + httpAnswer(200, 'smuggled')));
  });
  const http = createHttpClient({
    timeoutMs: TIME_LIMIT_MS,
    clock: fakeClock(),
    userAgent: 'flowkiwi/0',
    nodeVersion: process.versions.node,
  });
  onTestFinished(() => http.close());
  const bodies: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    bodies.push((await http.send({ method: 'GET', url: server.url, headers: {} })).body);
  }
  expect(bodies).toEqual(['one', 'one']);
});
