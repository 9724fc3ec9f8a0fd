import { expect, test } from 'vitest';
import { retryAfter, secondsToWait, whenToComeBack } from '../../src/http/retry-after.ts';

const NOW = Date.UTC(2026, 0, 31, 9, 30, 0);
const DATE = 'Sat, 31 Jan 2026 09:30:00 GMT';

test.each<[string, number | undefined]>([
  ['0', 0],
  ['1', 1_000],
  [' 7 ', 7_000],
  ['3600', 3_600_000],
  ['Sat, 31 Jan 2026 09:30:05 GMT', 5_000],
  ['Saturday, 31-Jan-26 09:30:05 GMT', 5_000],
  ['Sat Jan 31 09:30:05 2026', 5_000],
  ['Sat, 31 Jan 2026 09:29:55 GMT', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['soon', undefined],
  ['', undefined],
  ['2026-01-31T09:30:05Z', undefined],
  ['Sat, 99 Jan 2026 09:30:05 GMT', undefined],
  ['5, 10', undefined],
])('Retry-After: %s', (value, expected) => {
  expect(retryAfter({ 'retry-after': value }, NOW)).toBe(expected);
});

test("a date is compared with the server's own clock", () => {
  const headers = { 'retry-after': 'Sat, 31 Jan 2026 09:30:05 GMT', date: DATE };
  expect(retryAfter(headers, NOW + 3_600_000)).toBe(5_000);
  expect(secondsToWait({ headers })).toBe(5);
  expect(secondsToWait({ headers: { 'retry-after': headers['retry-after'] } })).toBeUndefined();
});

test.each<[asked: string, words: string | undefined, seconds: number | undefined]>([
  ['0', 'run it again in 0 s', 0],
  ['20', 'run it again in 20 s', 20],
  ['61', 'run it again in 61 s, after 2026-01-31 09:31 UTC', 61],
  ['3600', 'run it again in 60 min, after 2026-01-31 10:30 UTC', 3600],
  ['86400', 'run it again in 24 h, after 2026-02-01 09:30 UTC', 86_400],
  ['Sat, 31 Jan 2026 12:00:00 GMT', 'run it again in 3 h, after 2026-01-31 12:00 UTC', 9000],
  ['99999999999999999999', undefined, undefined],
  ['soon', undefined, undefined],
])('Retry-After: %s in words', (asked, words, seconds) => {
  expect(whenToComeBack({ headers: { 'retry-after': asked, date: DATE } })).toBe(words);
  expect(secondsToWait({ headers: { 'retry-after': asked, date: DATE } })).toBe(seconds);
});

test('without the date of the answer there is no time of day', () => {
  expect(whenToComeBack({ headers: { 'retry-after': '3600' } })).toBe('run it again in 60 min');
});
