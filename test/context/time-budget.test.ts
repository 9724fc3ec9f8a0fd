import { expect, test } from 'vitest';
import { timeBudget } from '../../src/context/time-budget.ts';

function budgetOf(limitMs: number | undefined) {
  let now = 1_000;
  const budget = timeBudget({ now: () => now }, limitMs);
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { budget, pass };
}

test('what is left of the time of a command', () => {
  const { budget, pass } = budgetOf(2_000);
  expect([budget.limitMs, budget.leftMs()]).toEqual([2_000, 2_000]);
  pass(500);
  expect(budget.leftMs()).toBe(1_500);
  pass(5_000);
  expect(budget.leftMs()).toBe(0);
});

test('the time in which a person is asked does not count, whatever comes of it', async () => {
  const { budget, pass } = budgetOf(2_000);
  const asked = async (outcome: () => string) => {
    pass(60_000);
    return outcome();
  };
  expect(await budget.pause(() => asked(() => 'answer'))).toBe('answer');
  await expect(
    budget.pause(() =>
      asked(() => {
        throw new Error('left');
      }),
    ),
  ).rejects.toThrow('left');
  pass(1);
  expect(budget.leftMs()).toBe(1_999);
});

test('without a limit nothing is over', () => {
  const { budget, pass } = budgetOf(undefined);
  pass(1_000_000);
  expect([budget.limitMs, budget.leftMs()]).toEqual([undefined, undefined]);
});
