import type { Clock } from '../edges.ts';

/** How late a timer is after a pause, and how long what came meanwhile may then take to be read. */
const PAUSE_MS = 1_000;

interface Limit {
  due: number;
  hasPaused: boolean;
  readonly onOver: () => void;
}

/**
 * Calls `onOver` when the time is over, unless the function that it returns was called before. After a process stood still, as on a laptop that
 * slept, what has come in that time is read first.
 */
export type StartTimeLimit = (milliseconds: number, onOver: () => void) => () => void;

/** Time limits of many requests at once, which wait for one timer: each with a timer and a signal of its own would cost as much as the request. */
export function createTimeLimits(clock: Clock): StartTimeLimit {
  const running = new Set<Limit>();
  let waiting: { readonly until: number; readonly ended: AbortController } | undefined;

  function end(): void {
    waiting?.ended.abort('not needed');
    waiting = undefined;
  }

  function wait(until: number, milliseconds: number): void {
    end();
    const ended = new AbortController();
    waiting = { until, ended };
    clock.sleep(milliseconds, ended.signal).then(
      () => look(until),
      () => undefined, // nothing runs any more, or something that ends earlier
    );
  }

  function look(until: number): void {
    waiting = undefined;
    const now = clock.now();
    for (const limit of running) {
      if (limit.due > until) continue;
      if (now - limit.due > PAUSE_MS && !limit.hasPaused) {
        limit.hasPaused = true;
        limit.due = now + PAUSE_MS;
        continue;
      }
      running.delete(limit);
      limit.onOver();
    }
    if (running.size === 0) return;
    const next = Math.min(...[...running].map(({ due }) => due));
    wait(next, Math.max(0, next - now));
  }

  return (milliseconds, onOver) => {
    const limit: Limit = { due: clock.now() + milliseconds, hasPaused: false, onOver };
    running.add(limit);
    if (waiting === undefined || limit.due < waiting.until) wait(limit.due, milliseconds);
    return () => {
      if (running.delete(limit) && running.size === 0) end();
    };
  };
}
