import { EventEmitter, once } from 'node:events';
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../../src/sandbox/server.ts';
import { END_HEADERS, END_STREAM, GREETING, headerBlock, http2Frame, ping } from '../../../support/http2-frames.ts';
import { openRaw } from '../../../support/raw-connection.ts';
import { asList, call, clock } from '../../../support/servers/sandbox-in-memory.ts';
import { startForTest, startZitadel, type Zitadel } from '../../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

const ORGS = '/management/v1/orgs';
/** A frame of gRPC without content. */
const EMPTY_MESSAGE = Buffer.alloc(5);
const HEALTHZ = '/zitadel.admin.v1.AdminService/Healthz';

type Running = Pick<Zitadel, 'sandbox' | 'owner'>;

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly text: string;
}

function open(url = zitadel.sandbox.url): ClientHttp2Session {
  const session = connect(url);
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

/** Sends a request over HTTP/2; `cut` when it ends without a whole answer. */
async function send(
  session: ClientHttp2Session,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Promise<Answer | 'cut'> {
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  let answer: Answer = { headers: {}, trailers: {}, text: '' };
  stream.on('error', () => undefined);
  stream.on('response', (received) => {
    answer = { ...answer, headers: received };
  });
  stream.on('trailers', (received) => {
    answer = { ...answer, trailers: received };
  });
  stream.on('data', (bytes: Buffer) => {
    answer = { ...answer, text: answer.text + bytes.toString('latin1') };
  });
  stream.end(body);
  await once(stream, 'close');
  return stream.rstCode === 0 && answer.headers[':status'] !== undefined ? answer : 'cut';
}

function create(running: Running, name: string, session = open(running.sandbox.url)): Promise<Answer | 'cut'> {
  const headers = { authorization: `Bearer ${running.owner}`, 'content-type': 'application/json' };
  return send(session, ORGS, headers, JSON.stringify({ name }));
}

/** Names of the organizations that there are. */
async function names({ sandbox, owner }: Running): Promise<readonly unknown[]> {
  const { json } = await call(sandbox.url, 'POST', '/admin/v1/orgs/_search', { token: owner, body: {} });
  return asList(json['result']).map(({ name }) => name);
}

async function setFaults({ sandbox }: Running, faults: unknown): Promise<void> {
  await call(sandbox.url, 'POST', '/_sandbox/faults', { body: faults });
}

/** Those of the requests that the sandbox remembers; null of one whose connection was cut. */
async function statuses({ sandbox }: Pick<Running, 'sandbox'>): Promise<readonly unknown[]> {
  return asList((await call(sandbox.url, 'GET', '/_sandbox/requests')).json['requests']).map(({ status }) => status);
}

test('REST speaks HTTP/2 too', async () => {
  expect(await create(zitadel, 'Over HTTP/2')).toMatchObject({ headers: { ':status': 200 } });
  expect(await names(zitadel)).toContain('Over HTTP/2');
});

test.each([
  ['grpc.health.v1.Health', '/grpc.health.v1.Health/Check'],
  ['zitadel.nothing.v1.Nothing', '/zitadel.nothing.v1.Nothing/Check'],
])('gRPC says in its own words that it does not know %s', async (service, path) => {
  const answer = await send(open(), path, { 'content-type': 'application/grpc' }, EMPTY_MESSAGE);
  expect(answer).toMatchObject({
    headers: {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '12',
      'grpc-message': `unknown%20service%20${service}`,
    },
  });
});

test('a stream of an unknown service is refused before its client ends it', async () => {
  const stream = open().request({ ':method': 'POST', ':path': '/some.v1.Service/Watch', 'content-type': 'application/grpc' });
  stream.write(EMPTY_MESSAGE);
  const [headers] = await once(stream, 'response');
  expect(headers).toMatchObject({ 'grpc-status': '12' });
  stream.resume();
  await once(stream, 'close');
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
});

test.each([
  ['less than a frame', Buffer.from([0, 0, 0]), '3'],
  ['nothing', Buffer.alloc(0), '12'],
  ['a message that claims to be compressed', Buffer.from([1, 0, 0, 0, 1, 0]), '13'],
  ['a frame that is longer than the body', Buffer.from([0, 0, 0, 0, 9, 1]), '3'],
  ['a frame that is longer than the sandbox takes', Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), '8'],
  ['bytes that are no message', Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]), '13'],
  ['more than the sandbox takes', Buffer.alloc(1100 * 1024), '8'],
])('gRPC refuses %s', async (_, body, status) => {
  const answer = await send(open(), HEALTHZ, { 'content-type': 'application/grpc+proto' }, body);
  expect(answer).toMatchObject({ headers: { ':status': 200 }, trailers: { 'grpc-status': status } });
});

test.each([
  ['its own host', (url: string) => new URL(url).host, 505],
  ['another host', () => 'rebound.example', 403],
])('the other parts answer over HTTP/1.1 alone, to %s', async (_, host, status) => {
  const answer = await send(
    open(),
    '/_sandbox/reset',
    { ':authority': host(zitadel.sandbox.url), 'content-type': 'application/json' },
    '{}',
  );
  expect(answer).toMatchObject({ headers: { ':status': status, 'content-type': 'application/problem+json; charset=utf-8' } });
});

test('the authority names the instance', async () => {
  const answer = await send(open(), '/v2/organizations', { ':authority': 'nobody.example' }, '{}');
  expect(answer).toMatchObject({ headers: { ':status': 404 }, text: expect.stringContaining('using origin &{nobody.example  http} ') });
});

test.each<[fault: string, outcome: unknown, exists: boolean]>([
  ['503', { headers: { ':status': 503 } }, false],
  ['reset-before', 'cut', false],
  ['reset-after', 'cut', true],
  ['truncate', 'cut', true],
])('the fault %s happens over HTTP/2 as well', async (fault, outcome, exists) => {
  const running = await startForTest();
  await setFaults(running, { rules: [`POST ${ORGS}=${fault}x1`] });
  const answer = await create(running, 'Unlucky');
  if (typeof outcome === 'string') expect(answer).toBe(outcome);
  else expect(answer).toMatchObject(Object(outcome));
  expect((await names(running)).includes('Unlucky')).toBe(exists);
  expect(await statuses(running)).toContain(typeof outcome === 'string' ? null : 503);
});

test('what a client has left during a latency has no effect', async () => {
  const latency = new EventEmitter();
  const begun = once(latency, 'begin');
  const sleep = async () => {
    latency.emit('begin');
    await once(latency, 'end');
  };
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    secret: undefined,
    data: undefined,
    autoApprove: true,
    clock: { ...clock, sleep },
  });
  onTestFinished(() => sandbox.close());
  const running = { sandbox, owner: await sandbox.issueAccessToken('jane@acme.example') };
  await setFaults(running, { rules: [`POST ${ORGS}=latency:100x1`] });
  const session = open(sandbox.url);
  const left = create(running, 'Left', session);
  await begun;
  session.destroy();
  expect(await left).toBe('cut');
  while (!(await statuses(running)).includes(null));
  latency.emit('end');
  expect(await names(running)).toEqual(['Sandbox']);
});

test.each([
  ['reset', http2Frame('resetStream', Buffer.from([0, 0, 0, 8]), { stream: 1 })],
  ['reset without a reason', http2Frame('resetStream', Buffer.alloc(4), { stream: 1 })],
  ['ended with the wrong length', http2Frame('data', Buffer.alloc(0), { flags: END_STREAM, stream: 1 })],
])('a request that is %s before its end has no effect', async (_, ending) => {
  const running = await startForTest();
  const { socket, received } = await openRaw(running.sandbox.url);
  const headers = headerBlock({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': ORGS,
    ':authority': new URL(running.sandbox.url).host,
    authorization: `Bearer ${running.owner}`,
    'content-length': '30',
  });
  const body = http2Frame('data', Buffer.from('{"name":"Half"}'), { stream: 1 });
  socket.write(Buffer.concat([GREETING, http2Frame('headers', headers, { flags: END_HEADERS, stream: 1 }), body, ping('has read')]));
  await received('has read');
  socket.write(Buffer.concat([ending, ping('the end.')]));
  await received('the end.');
  expect(await names(running)).toEqual(['Sandbox']);
});

test.each([
  ['what is not a frame', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ['a frame of 16 MiB', http2Frame('data', Buffer.alloc(0), { stream: 1, length: 0xff_ff_ff })],
  ['a frame for no stream', http2Frame('data', Buffer.alloc(8))],
  ['headers that cannot be decoded', http2Frame('headers', Buffer.alloc(20, 0xff), { flags: END_HEADERS | END_STREAM, stream: 1 })],
  ['headers without a path', http2Frame('headers', headerBlock({ ':method': 'POST' }), { flags: END_HEADERS | END_STREAM, stream: 1 })],
])('%s disturbs nobody else', async (_, bytes) => {
  const { socket, received } = await openRaw(zitadel.sandbox.url);
  socket.write(Buffer.concat([GREETING, bytes]));
  // Settings come first.
  await received('\x04\0\0\0\0\0');
  expect(await send(open(), '/admin/v1/orgs/_search', { authorization: `Bearer ${zitadel.owner}` }, '{}')).toMatchObject({
    headers: { ':status': 200 },
  });
});
