import type { Clock } from '../edges.ts';

/** The time that a command has, from its start to its end: what `--timeout` says. */
export interface TimeBudget {
  /** The whole of it in milliseconds; undefined when nothing bounds the command. */
  readonly limitMs: number | undefined;
  /** What is left of it, not below 0; undefined when nothing bounds the command. */
  readonly leftMs: () => number | undefined;
  /** Lets nothing bound the command from now on: its `--timeout` is for each request alone. */
  readonly lift: () => void;
  /** Does what takes the time of a person, which does not count. */
  readonly pause: <T>(work: () => Promise<T>) => Promise<T>;
}

export function timeBudget(clock: Pick<Clock, 'now'>, limitMs: number | undefined): TimeBudget {
  let spentApart = 0;
  let isLifted = false;
  const start = clock.now();
  return {
    limitMs,
    leftMs: () => (limitMs === undefined || isLifted ? undefined : Math.max(0, start + spentApart + limitMs - clock.now())),
    lift: () => {
      isLifted = true;
    },
    pause: async (work) => {
      const begun = clock.now();
      try {
        return await work();
      } finally {
        spentApart += clock.now() - begun;
      }
    },
  };
}
