import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPace, type Pace, type PaceOptions } from '../../src/apply/run/pace.ts';
import type { CliError } from '../../src/errors.ts';
import { realClock } from '../support/clocks.ts';

// Time stands still until a test lets it pass.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now(), sleep: realClock.sleep };
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

function paceOf(options: Partial<PaceOptions> = {}) {
  const pauses: number[] = [];
  const givenUp: CliError[] = [];
  const pace = createPace({
    ...{ concurrency: 8, clock, stopped: new AbortController().signal, leftMs: () => undefined, random: () => 1 },
    giveUp: (error) => givenUp.push(error),
    onPause: ({ delayMs }) => pauses.push(delayMs),
    ...options,
  });
  return { pace, pauses, givenUp };
}

/** Starts so many requests, of which each takes so long, and notes when it begins. */
function requests({ inTurn }: Pick<Pace, 'inTurn'>, count: number, tookMs: number): number[] {
  const begun: number[] = [];
  const start = Date.now();
  for (let number = 0; number < count; number += 1) {
    void inTurn(
      async () => undefined,
      async () => {
        begun.push(Date.now() - start);
        await clock.sleep(tookMs);
      },
    );
  }
  return begun;
}

function answers({ answered }: Pick<Pace, 'answered'>, count: number, latencyMs: number): void {
  for (let number = 0; number < count; number += 1) answered(latencyMs);
}

/** In how many pieces of a second, wherever it begins, more than so many begin. */
function overfull(begun: readonly number[], most: number): number {
  return begun.filter((from) => begun.filter((at) => at >= from && at < from + 1_000).length > most).length;
}

test('no more are under way at once than may be', async () => {
  const { pace } = paceOf();
  const begun = requests(pace, 20, 100);
  await pass(1_000);
  expect(begun).toEqual([...Array(8).fill(0), ...Array(8).fill(100), ...Array(4).fill(200)]);
});

describe('the number of requests at once', () => {
  test('is halved by a refusal, once for all that were under way, and grows by one for as many answers', () => {
    const { pace } = paceOf();
    for (let number = 0; number < 8; number += 1) pace.pause('too many', undefined);
    expect(pace.limit()).toBe(4);
    for (const [count, limit] of [
      [3, 4],
      [1, 5],
      [5, 6],
      [6, 7],
      [7, 8],
      [100, 8],
    ] as const) {
      answers(pace, count, 20);
      expect(pace.limit()).toBe(limit);
    }
  });

  test('is halved again by each later refusal, down to one', async () => {
    const { pace } = paceOf();
    const limits: number[] = [];
    for (let number = 0; number < 5; number += 1) {
      pace.pause('too many', 1);
      limits.push(pace.limit());
      await pass(1_001);
    }
    expect(limits).toEqual([4, 2, 1, 1, 1]);
  });

  test('sinks when answers take far longer than at best, and not before', () => {
    const { pace } = paceOf();
    answers(pace, 40, 30);
    answers(pace, 100, 900);
    expect(pace.limit()).toBe(8);
    answers(pace, 100, 4_000);
    expect(pace.limit()).toBeLessThan(4);
  });
});

describe('a pause', () => {
  test('is for all requests, and as long as the server asks', async () => {
    const { pace, pauses } = paceOf();
    pace.pause('too many', 7);
    const begun = requests(pace, 3, 10);
    await pass(6_999);
    expect(begun).toEqual([]);
    await pass(2);
    expect([begun, pauses]).toEqual([[7_000, 7_000, 7_000], [7_000]]);
  });

  test('is longer each time where the server does not say, up to 10 s, until it answers', async () => {
    const { pace, pauses } = paceOf();
    for (let number = 0; number < 8; number += 1) {
      pace.pause('too many', undefined);
      await pass(10_001);
    }
    pace.answered(20);
    pace.pause('too many', undefined);
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 200]);
  });

  test.each([
    ['is left of the run', 5_000, 6],
    ['is left of an hour in which nothing else was answered', undefined, 3_601],
  ])('that is longer than what %s ends it', (_, leftMs, retryAfter) => {
    const { pace, pauses, givenUp } = paceOf({ leftMs: () => leftMs });
    pace.pause('too many', retryAfter);
    expect([pauses, givenUp.map(({ code }) => code), givenUp[0]?.retryAfter]).toEqual([[], ['unavailable'], retryAfter]);
  });
});

describe('the ceiling of requests in a second', () => {
  test('holds', async () => {
    const { pace } = paceOf({ ratePerSecond: 20 });
    const begun = requests(pace, 60, 10);
    await pass(10_000);
    expect([begun.length, overfull(begun, 20)]).toEqual([60, 0]);
  });

  test('holds also after a pause', async () => {
    const { pace } = paceOf({ ratePerSecond: 4 });
    const begun = requests(pace, 20, 10);
    await pass(300);
    pace.pause('too many', 5);
    await pass(20_000);
    expect([begun.length, overfull(begun, 4)]).toEqual([20, 0]);
  });

  test('may be less than one', async () => {
    const { pace } = paceOf({ ratePerSecond: 0.5 });
    const begun = requests(pace, 3, 10);
    await pass(10_000);
    expect(begun).toEqual([0, 2_000, 4_000]);
  });
});
