import { expect, test } from 'vitest';
import { timeLeft } from '../../../src/commands/auth/waiting.ts';

test.each<[milliseconds: number, shown: string]>([
  [300_000, '5:00'],
  [272_001, '4:33'],
  [59_000, '0:59'],
  [1, '0:01'],
  [-5, '0:00'],
  [3_600_000, '60:00'],
])('%d ms are %s', (milliseconds, shown) => {
  expect(timeLeft(milliseconds)).toBe(shown);
});
