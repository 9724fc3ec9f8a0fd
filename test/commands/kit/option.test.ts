import { expect, test } from 'vitest';
import { duration } from '../../../src/commands/kit/option.ts';

const timeout = duration('--timeout <duration>', 'longest wait for an answer');

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['30', 30_000],
  ['1.5s', 1_500],
  [' 2m ', 120_000],
  ['1h', 3_600_000],
  ['0.4ms', undefined],
  ['0', undefined],
  ['-1s', undefined],
  ['1d', undefined],
  ['1 s', undefined],
  ['1e3', undefined],
  ['Infinity', undefined],
  ['', undefined],
  ['2147483647ms', 2_147_483_647],
  ['2147483648ms', undefined],
])('the duration %j is %s ms', (raw, milliseconds) => {
  if (milliseconds !== undefined) expect(timeout.read(raw)).toBe(milliseconds);
  else expect(() => timeout.read(raw)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('an option that is not given has no duration', () => {
  expect(timeout.read(undefined)).toBeUndefined();
});
