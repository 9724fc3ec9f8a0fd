import { once } from 'node:events';
import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, anyAnswer } from './any-answer.ts';
import { anyRequest, runAgainst } from './run-against.ts';
import { CASES, TIME } from './run-in-process.ts';

let answer: Answer;
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  response.sendDate = false;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
});

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('no answer makes it crash, end with another status, or print a stack trace', { timeout: TIME }, async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, anyAnswer, async (argv, next) => {
      answer = next;
      const { stdout } = await runAgainst(server, argv, () => requests);
      if (argv.includes('--json') && stdout !== '') expect(JSON.parse(stdout)).toBeDefined();
    }),
    { numRuns: CASES },
  );
});
