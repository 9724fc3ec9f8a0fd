import { expect, test } from 'vitest';
import { createTimeLimits } from '../../src/http/time-limits.ts';
import { fakeClock, TIME_LIMIT_MS } from './fake-clock.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each limit ends when its time is over, whatever the others do, and none after it was given up', async () => {
  const clock = fakeClock();
  const start = createTimeLimits(clock);
  const over: string[] = [];
  const limit = (name: string, longer: number) => start(TIME_LIMIT_MS + longer, () => over.push(name));
  limit('later', TIME_LIMIT_MS);
  limit('first', 0);
  const giveUp = limit('given up', 0);
  limit('with the first', 0);
  giveUp();
  expect(clock.pending()).toBe(1);
  clock.expire();
  await settled();
  expect(over).toEqual(['first', 'with the first']);
  clock.expire();
  await settled();
  expect(over).toEqual(['first', 'with the first', 'later']);
  expect(clock.pending()).toBe(0);
});

test('nothing waits once all are given up, so that a process may end', async () => {
  const clock = fakeClock();
  const start = createTimeLimits(clock);
  const ends = [1, 2, 3].map((longer) => start(TIME_LIMIT_MS + longer, () => expect.unreachable()));
  for (const end of [...ends, ...ends]) end();
  await settled();
  expect(clock.pending()).toBe(0);
});

test('after a process stood still, what came meanwhile has a second to be read', async () => {
  const clock = fakeClock();
  let isOver = false;
  createTimeLimits(clock)(TIME_LIMIT_MS, () => {
    isOver = true;
  });
  clock.expire(60_000);
  await settled();
  expect([isOver, clock.waits]).toEqual([true, [1_000]]);
});
