import { expect, test } from 'vitest';
import { createRateLimit } from '../../../src/sandbox/faults/rate-limit.ts';

/** What the limit says to requests at those times, in milliseconds. */
function answers(requestsPerSecond: number, times: readonly number[]): readonly number[] {
  let now = 0;
  const limit = createRateLimit(requestsPerSecond, { now: () => now, sleep: () => Promise.resolve() });
  return times.map((time) => {
    now = time;
    return limit();
  });
}

test.each<[statement: string, rate: number, times: readonly number[], answers: readonly number[]]>([
  ['as many at once as in a second', 3, [0, 0, 0, 0, 0], [0, 0, 0, 1, 1]],
  ['evenly spread', 2, [0, 500, 1000, 1500, 2000], [0, 0, 0, 0, 0]],
  ['one is given back after its share of a second', 2, [0, 0, 0, 499, 500, 501], [0, 0, 1, 1, 0, 1]],
  ['a long pause gives back no more than a second has', 2, [0, 0, 60_000, 60_000, 60_000], [0, 0, 0, 0, 1]],
  ['a clock that goes back gives nothing', 1, [1000, 0, 0], [0, 1, 1]],
])('%s', (_, rate, times, expected) => {
  expect(answers(rate, times)).toEqual(expected);
});
