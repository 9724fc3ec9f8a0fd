import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../edges.ts';

/** A clock that goes on as that of the machine does, and can be put forward. */
export interface MovableClock extends Clock {
  /** Puts it forward. */
  advance(milliseconds: number): void;
  /** Puts it back to where it would be, had nobody moved it. */
  restore(): void;
}

/** It shows `start` now, in milliseconds since the Unix epoch; without one, the time of the machine. Waits take as long as they do. */
export function movableClock(start: number | undefined): MovableClock {
  // Date is looked up each time: a test may set it.
  const initial = start === undefined ? 0 : start - Date.now();
  let ahead = initial;
  return {
    now: () => Date.now() + ahead,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    restore: () => {
      ahead = initial;
    },
  };
}
