import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASES, runInProcess, TIME } from './run-in-process.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

let answer: Answer;
let bytes: Buffer;
let api: Server;
const sockets = createSocketServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(bytes));
});

beforeAll(async () => {
  api = createServer((request, response) => {
    request.resume();
    response.sendDate = false;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await Promise.all([once(api.listen(0, '127.0.0.1'), 'listening'), once(sockets.listen(0, '127.0.0.1'), 'listening')]);
});

afterAll(() => {
  api.closeAllConnections();
  api.close();
  sockets.close();
});

const COMMAND_LINES = [
  ['org', 'get', 'a1'],
  ['org', 'create', 'Acme Corp'],
  ['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', 'a1'],
  ['instance', 'get', 'acme-eu', '--org', 'a1'],
  ['instance', 'get', 'i1', '--org', 'a1'],
  ['instance', 'list', '--org', 'a1'],
  ['auth', 'status', '--check'],
  ['login', '--with-token'],
  ['login', '--device'],
] as const;
const FORMATS = [[], ['--json'], ['-q'], ['-o', 'table'], ['-o', 'yaml'], ['--debug']] as const;

const json = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        id: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
        name: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
        handle: fc.oneof(fc.constant('acme-eu'), fc.string()),
        owners: fc.jsonValue(),
        member: fc.array(fc.jsonValue(), { maxLength: 3 }),
        totalItems: fc.oneof(fc.integer(), fc.string()),
        view: fc.jsonValue(),
        violations: fc.jsonValue(),
        detail: fc.string({ unit: 'binary' }),
        created_at: fc.string(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const body = fc.oneof(
  { weight: 3, arbitrary: json.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)) },
  { weight: 1, arbitrary: json.map((text) => Buffer.from(text.slice(0, text.length / 2))) },
  { weight: 1, arbitrary: fc.constantFrom('', '<!DOCTYPE html><h1>Bad Gateway</h1>', 'null', '[]').map((text) => Buffer.from(text)) },
);
const headerValue = fc.string({ maxLength: 30 }).map((text) => text.replace(/[^ -~]/g, ''));
const anyAnswer = fc.record({
  status: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 201, 401, 404, 409, 422, 429, 503)),
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'retry-after', 'location', 'x-request-id', 'www-authenticate', 'content-encoding', 'link'),
    headerValue,
  ),
  body,
});
const run = fc.tuple(fc.constantFrom(...COMMAND_LINES), fc.constantFrom(...FORMATS));

function environment(server: { address: () => AddressInfo | string | null }): Record<string, string> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { FLOWKIWI_URL: `http://127.0.0.1:${port}`, FLOWKIWI_TOKEN: 'token' };
}

test('no answer makes it crash, end with another status, or print a stack trace', { timeout: TIME }, async () => {
  await fc.assert(
    fc.asyncProperty(run, anyAnswer, async ([words, format], next) => {
      answer = next;
      const { status, stdout } = await runInProcess([...words, ...format], environment(api));
      if (format[0] === '--json' && stdout !== '') expect(JSON.parse(stdout)).toBeDefined();
      expect(status).toBeTypeOf('number');
    }),
    { numRuns: Math.ceil(CASES * 0.8) },
  );
});

test('no bytes on the connection do either', { timeout: TIME }, async () => {
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.tuple(fc.string(), body).map(([head, rest]) => Buffer.concat([Buffer.from(`HTTP/1.1 200 ${head}\r\n\r\n`), rest])),
    fc
      .tuple(fc.integer({ min: 0, max: 1_000 }), body)
      .map(([length, rest]) => Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`), rest])),
  );
  await fc.assert(
    fc.asyncProperty(run, raw, async ([words, format], next) => {
      bytes = next;
      const { status } = await runInProcess([...words, ...format], environment(sockets));
      expect(status).toBeTypeOf('number');
    }),
    { numRuns: Math.ceil(CASES * 0.2) },
  );
});
