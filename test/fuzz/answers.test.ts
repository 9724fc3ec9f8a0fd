import { once } from 'node:events';
import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, anyAnswer, foreignJson } from './any-answer.ts';
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

/** The tokens of a JSON text, strings without their escapes. */
function tokensOf(json: string): readonly string[] {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]|true|false|null/g) ?? [];
  return tokens.map((token) => (token.startsWith('"') ? `"${JSON.parse(token)}` : token));
}

test('what api prints is the JSON that came, number for number and key for key', { timeout: TIME }, async () => {
  await fc.assert(
    fc.asyncProperty(foreignJson, fc.constantFrom([], ['--paginate']), async (json, paginate) => {
      answer = {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(paginate.length > 0 ? `[${json}]` : json),
      };
      const { stdout } = await runAgainst(server, ['api', '/api/x', '--json', ...paginate], () => requests);
      expect(tokensOf(stdout)).toEqual(tokensOf(answer.body.toString()));
    }),
    { numRuns: Math.ceil(CASES / 4) },
  );
});
