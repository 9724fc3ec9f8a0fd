import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { acceptConnections } from '../../../src/sandbox/connections/connections.ts';
import { awaitProtocol } from '../../../src/sandbox/connections/first-bytes.ts';
import { createHttp2Sessions, type Http2Limits, type Http2Listener } from '../../../src/sandbox/connections/http2-sessions.ts';
import { PREFACE } from '../../../src/sandbox/connections/protocol-of.ts';
import { END_HEADERS, END_STREAM, GREETING, headerBlock, http2Frame } from '../../support/http2-frames.ts';
import { openRaw } from '../../support/raw-connection.ts';
import { listen } from '../../support/servers/listen.ts';

/** A server that answers with what it was sent, over either version. */
async function startEcho() {
  const server = createServer((request, response) => void request.pipe(response));
  const fail = (error: unknown) => {
    throw error;
  };
  const close = acceptConnections(server, (request, response) => void request.pipe(response), fail);
  const { origin: url } = await listen(server);
  onTestFinished(() => close(0));
  return { server, url, close };
}

/** A server for HTTP/2 alone, with these limits. */
async function startHttp2(listener: Http2Listener, limits: Partial<Http2Limits>) {
  const sockets: Socket[] = [];
  const sessions = createHttp2Sessions(listener, {
    idle: 60_000,
    lastAnswers: 60_000,
    request: 60_000,
    unread: 60_000,
    closing: 60_000,
    ...limits,
  });
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    sessions.accept(socket);
  });
  const { origin: url } = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url, sockets };
}

/** How a server acknowledges the settings of its client. */
const SETTINGS_KNOWN = http2Frame('settings', undefined, { flags: 1 }).toString('latin1');

const POST = headerBlock({ ':method': 'POST', ':scheme': 'http', ':path': '/', ':authority': 'a' });

test.each([['POST'], ['PUT'], ['PATCH'], ['OPTIONS']])('%s over HTTP/1.1 may come byte by byte', async (method) => {
  const { url } = await startEcho();
  const { socket, ended } = await openRaw(url);
  socket.setNoDelay(true);
  for (const byte of `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`) {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  expect(await ended()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*h.*e.*l.*l.*o/s);
});

test('requests over HTTP/1.1 may come in one piece', async () => {
  const { url } = await startEcho();
  const { socket, ended } = await openRaw(url);
  const request = (body: string, headers = '') => `POST / HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: 3\r\n\r\n${body}`;
  socket.write(request('one') + request('two') + request('end', 'Connection: close\r\n'));
  expect(await ended()).toMatch(/one.*two.*end/s);
});

test('what only begins like HTTP/2 is a bad request', async () => {
  const { url } = await startEcho();
  const { socket, ended } = await openRaw(url);
  socket.write('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n');
  expect(await ended()).toMatch(/^HTTP\/1\.1 400 /);
});

test('the preface may come in pieces', async () => {
  const { url } = await startEcho();
  const { socket, received } = await openRaw(url);
  socket.setNoDelay(true);
  for (const byte of GREETING) {
    socket.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  // Its own settings, then the acknowledgement of the client's.
  await received(SETTINGS_KNOWN);
});

test('a client may leave right after its preface', async () => {
  const { server, url } = await startEcho();
  server.once('connection', (socket) => {
    socket.once('pause', () => process.nextTick(() => socket.destroy(new Error('reset by the client'))));
  });
  const { socket, ended } = await openRaw(url);
  socket.write(GREETING);
  expect(await ended()).toBe('');
});

test.each([
  ['nothing', ''],
  ['the beginning of a preface', 'PRI *'],
])('a connection that ends after %s is closed', async (_, bytes) => {
  const { url } = await startEcho();
  const { socket, ended } = await openRaw(url, { allowHalfOpen: true });
  socket.end(bytes);
  expect(await ended()).toBe('');
});

test('a silent connection is cut', async () => {
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => awaitProtocol(socket, () => undefined, 30));
  onTestFinished(() => void server.close());
  const { socket, ended } = await openRaw((await listen(server)).origin);
  socket.write('PRI');
  await ended();
});

test('closing answers what is under way over HTTP/2, and cuts what never ends', async () => {
  const { url, close } = await startEcho();
  const session = connectHttp2(url);
  const idle = connectHttp2(url);
  const stream = session.request({ ':method': 'POST' });
  stream.write('begun, ');
  const [[headers]] = await Promise.all([once(stream, 'response'), once(idle, 'connect')]);
  const endless = await openRaw(url);
  endless.socket.write(Buffer.concat([GREETING, http2Frame('headers', POST, { flags: END_HEADERS, stream: 1 })]));
  await endless.received(SETTINGS_KNOWN);
  const refused = [once(session, 'goaway'), once(idle, 'close')];
  const closed = close(300);
  await Promise.all(refused);
  stream.end('and ended');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect([headers[':status'], text]).toEqual([200, 'begun, and ended']);
  await Promise.all([closed, endless.ended()]);
});

test('an idle connection is closed, and cut when the client does not let go', async () => {
  const { url, sockets } = await startHttp2(() => undefined, { idle: 30, closing: 30 });
  const { socket, ended } = await openRaw(url, { allowHalfOpen: true });
  socket.write(GREETING);
  await ended();
  await Promise.all(sockets.map((accepted) => accepted.destroyed || once(accepted, 'close')));
});

test('a request that never ends is cut', async () => {
  const { url } = await startHttp2(() => undefined, { request: 30 });
  const session = connectHttp2(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':method': 'POST' });
  stream.write('and then');
  await once(stream, 'close');
  expect(stream.rstCode).toBe(8);
});

test('an answer that nobody reads does not keep a connection', async () => {
  const { url, sockets } = await startHttp2((_, response) => void response.end('unread'), { idle: 30, lastAnswers: 30 });
  const { socket, received, ended } = await openRaw(url);
  // The client has no room for the body of an answer.
  const noWindow = http2Frame('settings', Buffer.from([0, 4, 0, 0, 0, 0]));
  socket.write(Buffer.concat([PREFACE, noWindow, http2Frame('headers', POST, { flags: END_HEADERS | END_STREAM, stream: 1 })]));
  await received(SETTINGS_KNOWN);
  expect(await ended()).not.toContain('unread');
  await Promise.all(sockets.map((accepted) => accepted.destroyed || once(accepted, 'close')));
});

/** More than a connection keeps on its way to a client that does not read. */
const LARGE = Buffer.alloc(32 * 1024 * 1024);

test('an answer that the client does not read is given up, over HTTP/1.1', async () => {
  const server = createServer();
  const close = acceptConnections(
    server,
    () => {},
    () => {},
    50,
  );
  server.on('request', (_, response) => void response.end(LARGE));
  const { origin: url } = await listen(server);
  onTestFinished(() => close(0));
  const accepted = once(server, 'connection');
  const { socket } = await openRaw(url);
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [connection] = await accepted;
  await once(connection, 'close');
});

test('an answer that takes long before it begins is not given up', async () => {
  const server = createServer((_, response) => void setTimeout(() => response.end('late'), 300));
  const close = acceptConnections(
    server,
    () => {},
    () => {},
    50,
  );
  const { origin: url } = await listen(server);
  onTestFinished(() => close(0));
  expect(await (await fetch(url)).text()).toBe('late');
});

test('an answer that the client does not read is given up, over HTTP/2', async () => {
  const { url } = await startHttp2((_, response) => void response.end(LARGE), { unread: 50 });
  const session = connectHttp2(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => {});
  stream.pause();
  await once(stream, 'close');
});
