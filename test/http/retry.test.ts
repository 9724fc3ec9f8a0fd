import { expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http/client.ts';
import { type Outcome, retryDelay } from '../../src/http/retry.ts';
import { TransportError, type TransportFailure } from '../../src/http/transport-error.ts';

const NOW = Date.UTC(2026, 0, 31, 9, 30, 0);
const url = new URL('https://identity.flowkiwi.net/');

const failed = (kind: TransportFailure, mayHaveBeenReceived: boolean): Outcome => ({
  failure: new TransportError(kind, kind, { url, mayHaveBeenReceived }),
});
const answered = (status: number, after?: string): Outcome => ({ status, headers: after === undefined ? {} : { 'retry-after': after } });

const almostOne = () => 0.999_999;
const delay = (method: HttpRequest['method'], attempt: number, outcome: Outcome, random = almostOne) =>
  retryDelay({ method, attempt, outcome, now: NOW, random });

test.each<[string, HttpRequest['method'], Outcome, boolean]>([
  ['GET refused', 'GET', failed('refused', false), true],
  ['GET unknown host', 'GET', failed('unreachable', false), true],
  ['GET time-out while connecting', 'GET', failed('timeout', false), true],
  ['GET time-out after sending', 'GET', failed('timeout', true), true],
  ['GET reset', 'GET', failed('reset', true), true],
  ['HEAD reset', 'HEAD', failed('reset', true), true],
  ['GET untrusted certificate', 'GET', failed('tls', false), false],
  ['GET too large', 'GET', failed('too_large', true), false],
  ['GET malformed', 'GET', failed('malformed', true), false],
  ['GET redirect', 'GET', failed('redirect', false), false],
  ['POST refused', 'POST', failed('refused', false), true],
  ['POST unknown host', 'POST', failed('unreachable', false), true],
  ['POST connection cut in the handshake', 'POST', failed('reset', false), true],
  ['POST time-out while connecting', 'POST', failed('timeout', false), true],
  ['POST time-out after sending', 'POST', failed('timeout', true), false],
  ['POST reset after sending', 'POST', failed('reset', true), false],
  ['PUT reset after sending', 'PUT', failed('reset', true), false],
  ['PATCH reset after sending', 'PATCH', failed('reset', true), false],
  ['DELETE reset after sending', 'DELETE', failed('reset', true), false],
  ['GET 429', 'GET', answered(429), true],
  ['GET 502', 'GET', answered(502), true],
  ['GET 503', 'GET', answered(503), true],
  ['GET 504', 'GET', answered(504), true],
  ['HEAD 503', 'HEAD', answered(503), true],
  ['GET 500', 'GET', answered(500), false],
  ['GET 501', 'GET', answered(501), false],
  ['GET 408', 'GET', answered(408), false],
  ['GET 404', 'GET', answered(404), false],
  ['GET 200', 'GET', answered(200), false],
  ['GET 301', 'GET', answered(301), false],
  ['POST 429', 'POST', answered(429, '1'), false],
  ['POST 503', 'POST', answered(503, '1'), false],
  ['DELETE 503', 'DELETE', answered(503), false],
])('%s: repeated or not', (_name, method, outcome, repeated) => {
  expect(delay(method, 1, outcome) !== undefined).toBe(repeated);
});

test.each([
  [1, 199],
  [2, 399],
  [3, 799],
  [4, undefined],
])('attempt %i waits up to %s ms, then no more', (attempt, longest) => {
  expect(delay('GET', attempt, answered(503))).toBe(longest);
  expect(delay('GET', attempt, answered(503), () => 0)).toBe(longest === undefined ? undefined : 0);
});

test.each<[string, number | undefined]>([
  ['2', 2_000],
  ['60', 60_000],
  ['61', undefined],
  ['3600', undefined],
  ['99999999999999999999', undefined],
  ['Sat, 31 Jan 2026 09:30:05 GMT', 5_000],
  ['Sat, 31 Jan 2026 10:30:05 GMT', undefined],
  ['garbage', 199],
])('Retry-After %s is waited for exactly, or not at all', (value, expected) => {
  expect(delay('GET', 1, answered(429, value))).toBe(expected);
});

test.each<[asked: string, leftMs: number, expected: number | undefined]>([
  ['2', 2_001, 2_000],
  ['2', 2_000, undefined],
  ['0', 1, 0],
  ['0', 0, undefined],
  ['garbage', 200, 199],
  ['garbage', 199, undefined],
])('Retry-After %s with %i ms left', (asked, leftMs, expected) => {
  const outcome = answered(429, asked);
  expect(retryDelay({ method: 'GET', attempt: 1, outcome, now: NOW, random: almostOne, leftMs })).toBe(expected);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is repeated when the answer says that it had no effect', (method) => {
  const attempt = { method, attempt: 1, outcome: answered(503, '3'), now: NOW, random: almostOne };
  expect(retryDelay({ ...attempt, isRefused: true })).toBe(3_000);
  expect(retryDelay({ ...attempt, isRefused: true, attempt: 4 })).toBeUndefined();
  expect(retryDelay({ ...attempt, isRefused: false })).toBeUndefined();
});
