import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeLock } from '../../src/files/lock.ts';
import { lockUnlessDone } from '../../src/files/lock-unless-done.ts';
import { realClock } from '../support/clocks.ts';

function newLock(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}

const WAIT = { waitMs: 5_000, clock: realClock };
/** Lets everything else that is ready go first. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
const never = () => Promise.reject(new Error('must not be done'));

test('one does it, and those who come while it is being done have its result', async () => {
  const path = newLock();
  let result: string | undefined;
  let times = 0;
  const shared = {
    done: async () => result,
    work: async () => {
      times += 1;
      await turn();
      result = 'made';
      return result;
    },
  };
  const all = await Promise.all(Array.from({ length: 5 }, () => lockUnlessDone(path, WAIT, shared)));
  expect([all.every((each) => each?.value === 'made'), times, existsSync(path)]).toEqual([true, 1, false]);
});

test('nobody waits for a holder that keeps the lock after the work', async () => {
  const path = newLock();
  const holder = await takeLock(path, WAIT);
  let looks = 0;
  const done = async () => {
    looks += 1;
    return looks > 1 ? 'made by another' : undefined;
  };
  expect(await lockUnlessDone(path, WAIT, { done, work: never })).toEqual({ value: 'made by another' });
  await holder?.release();
});

test('a last look that fails while the work is under way does not end it', async () => {
  const path = newLock();
  const holder = await takeLock(path, WAIT);
  let fail = (_: Error) => {};
  const lastLook = new Promise<undefined>((_, reject) => {
    fail = reject;
  });
  let looks = 0;
  const done = async () => {
    looks += 1;
    if (looks > 1) return undefined;
    await holder?.release();
    return lastLook;
  };
  const work = async () => {
    fail(new Error('too late to matter'));
    await turn();
    return 'made';
  };
  expect(await lockUnlessDone(path, WAIT, { done, work })).toEqual({ value: 'made' });
});

test('a lock that is not to be had ends the wait', async () => {
  const path = newLock();
  const holder = await takeLock(path, WAIT);
  expect(await lockUnlessDone(path, { ...WAIT, waitMs: 50 }, { done: async () => undefined, work: never })).toBeUndefined();
  await holder?.release();
});

test.each<[string, { readonly done: () => Promise<undefined>; readonly work: () => Promise<string> }]>([
  ['looking', { done: () => Promise.reject(new Error('broken')), work: never }],
  ['the work', { done: async () => undefined, work: () => Promise.reject(new Error('broken')) }],
])('what %s fails with is the failure, and the lock is given back', async (_what, shared) => {
  const path = newLock();
  await expect(lockUnlessDone(path, WAIT, shared)).rejects.toThrow('broken');
  expect(existsSync(path)).toBe(false);
});

test('work that takes longer than the wait is not cut short', async () => {
  const path = newLock();
  const work = async () => {
    await turn();
    return 'made';
  };
  expect(await lockUnlessDone(path, { ...WAIT, waitMs: 0 }, { done: async () => undefined, work })).toEqual({ value: 'made' });
});
