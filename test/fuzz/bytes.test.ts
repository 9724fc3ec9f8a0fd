import { once } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { anyBytes } from './any-answer.ts';
import { anyRequest, runAgainst } from './run-against.ts';
import { CASES, TIME } from './run-in-process.ts';

let bytes: Buffer;
let requests = 0;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    requests += 1;
    socket.end(bytes);
  });
});

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));

afterAll(() => void server.close());

test('no bytes on the connection make it crash, end with another status, or print a stack trace', { timeout: TIME }, async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, anyBytes, async (argv, next) => {
      bytes = next;
      await runAgainst(server, argv, () => requests);
    }),
    { numRuns: CASES },
  );
});
