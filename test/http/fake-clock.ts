import type { Clock } from '../../src/edges.ts';

/** Time limits in these tests: longer than any other wait, so that the fake clock can tell them apart. */
export const TIME_LIMIT_MS = 3_600_000;

export interface FakeClock extends Clock {
  /** Every wait that was asked for, except time limits. */
  readonly waits: readonly number[];
  /** Lets the time limits of everything under way run out, noticed so many milliseconds late. */
  readonly expire: (lateMs?: number) => void;
  /** How many waits are pending. */
  readonly pending: () => number;
}

/** Waits shorter than the time limit end at once and move the time; with `holds`, they stay until they are aborted. */
export function fakeClock({ holds = false, start = 1_750_000_000_000 } = {}): FakeClock {
  let now = start;
  const waits: number[] = [];
  const limits = new Set<() => void>();
  return {
    waits,
    now: () => now,
    pending: () => limits.size,
    expire(lateMs = 0) {
      now += TIME_LIMIT_MS + lateMs;
      for (const end of [...limits]) {
        end();
      }
    },
    sleep(milliseconds, signal) {
      if (milliseconds < TIME_LIMIT_MS) {
        waits.push(milliseconds);
        if (!holds) {
          now += milliseconds;
          return Promise.resolve();
        }
      }
      return new Promise((resolve, reject) => {
        const end = () => {
          limits.delete(end);
          resolve();
        };
        limits.add(end);
        signal?.addEventListener('abort', () => {
          limits.delete(end);
          reject(signal.reason);
        });
      });
    },
  };
}
