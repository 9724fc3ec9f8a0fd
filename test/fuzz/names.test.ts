import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { listen } from '../support/servers/listen.ts';
import { anyName } from './any-name.ts';
import { CASES, runInProcess, TIME } from './run-in-process.ts';

/** The names that organizations were created with since the last case. */
let created: unknown[] = [];
const server = createServer(async (request, response) => {
  const body = await json(request);
  const name = isRecord(body) ? body['name'] : undefined;
  created.push(name);
  response.writeHead(201, { 'content-type': 'application/ld+json' });
  response.end(JSON.stringify({ '@id': '/api/organizations/a1', '@type': 'Organization', id: 'a1', name, owners: [], members: [] }));
});

let origin: string;

beforeAll(async () => {
  ({ origin } = await listen(server));
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Control characters, and what stands for bytes that were not UTF-8. */
const REFUSED = /[\p{Cc}\p{Cs}\uFFFD]/u;

test('a name is created as it was given but for white space around it, or is refused and nothing is sent', { timeout: TIME }, async () => {
  const env = { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: 'token' };
  await fc.assert(
    fc.asyncProperty(anyName, async (given) => {
      created = [];
      const { status, stdout } = await runInProcess(['org', 'create', '--no-use', '--json', '--', given], env);
      if (status === 0) {
        const { name } = JSON.parse(stdout);
        expect(created).toEqual([name]);
        expect(name).not.toMatch(REFUSED);
        expect(given.split(name).join('')).toMatch(/^\s*$/);
      } else {
        expect({ status, created }).toEqual({ status: 2, created: [] });
        // Only what has something wrong in it, or nothing at all, is refused.
        expect(given.trim() === '' || REFUSED.test(given)).toBe(true);
      }
    }),
    { numRuns: Math.ceil(CASES / 4) },
  );
});
