import { expect, test } from 'vitest';
import type { HttpClient, HttpResponse } from '../../src/http/client.ts';
import { clockAheadMs, withServerClock, wrongClock } from '../../src/http/server-clock.ts';

const NOW = Date.UTC(2026, 0, 31, 9, 30, 0);
const url = new URL('https://identity.flowkiwi.net/');

/** The clock of a server whose answer, which comes at `NOW`, has this date. */
async function clockAfter(date: string | undefined) {
  const response: HttpResponse = { status: 200, headers: date === undefined ? {} : { date }, body: '', url };
  const http: HttpClient = { send: () => Promise.resolve(response), close: () => Promise.resolve() };
  const [noting, clock] = withServerClock(http, { now: () => NOW });
  expect(await noting.send({ method: 'GET', url, headers: {} })).toBe(response);
  return clock;
}

test.each<[serverDate: string | undefined, created: string | null, mayFollow: boolean]>([
  // Sent two seconds before the answer.
  ['Sat, 31 Jan 2026 09:30:00 GMT', '2026-01-31T09:29:59+00:00', true],
  ['Sat, 31 Jan 2026 09:30:00 GMT', '2026-01-31T09:29:57+00:00', true],
  ['Sat, 31 Jan 2026 09:30:00 GMT', '2026-01-31T09:29:56+00:00', false],
  ['Sat, 31 Jan 2026 09:30:00 GMT', '2026-01-31T10:29:56+01:00', false],
  // A server whose clock is an hour ahead.
  ['Sat, 31 Jan 2026 10:30:00 GMT', '2026-01-31T10:29:59+00:00', true],
  ['Sat, 31 Jan 2026 10:30:00 GMT', '2026-01-31T09:30:01+00:00', false],
  // One that does not show its clock.
  [undefined, '2026-01-31T09:28:00+00:00', true],
  [undefined, '2026-01-31T09:27:00+00:00', false],
  // A date that nobody knows.
  ['Sat, 31 Jan 2026 09:30:00 GMT', null, true],
  ['Sat, 31 Jan 2026 09:30:00 GMT', 'yesterday', true],
])('the clock of a server that says %s: %s may follow or not', async (serverDate, created, mayFollow) => {
  expect((await clockAfter(serverDate)).mayFollow(created, NOW - 2_000)).toBe(mayFollow);
});

test.each<[serverDate: string | undefined, age: string | undefined, aheadMs: number | undefined]>([
  ['Sat, 31 Jan 2026 09:30:00 GMT', undefined, 0],
  ['Sat, 31 Jan 2026 09:29:00 GMT', undefined, 60_000],
  ['Sat, 31 Jan 2026 09:31:00 GMT', undefined, -60_000],
  ['Sat, 31 Jan 2026 09:29:00 GMT', '60', 0],
  ['Sat, 31 Jan 2026 09:29:00 GMT', 'a while', 60_000],
  ['now', undefined, undefined],
  [undefined, undefined, undefined],
])('an answer of %s, %s in a cache: our clock is ahead by %s ms', async (date, age, aheadMs) => {
  const headers = { ...(date !== undefined && { date }), ...(age !== undefined && { age }) };
  expect(clockAheadMs({ headers }, NOW)).toBe(aheadMs);
});

test.each([
  [0, undefined],
  [-10_000, undefined],
  [10_001, '10 s ahead of'],
  [45_000, '45 s ahead of'],
  [-301_000, '5 min behind'],
  [3 * 3_600_000, '3 h ahead of'],
  [-72 * 3_600_000, '3 days behind'],
])('%d ms ahead: %s', (aheadMs, words) => {
  const sentence = words && `this computer's clock is ${words} identity.flowkiwi.net`;
  expect(wrongClock(aheadMs, url)).toBe(sentence);
});
