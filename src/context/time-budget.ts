import type { Clock } from '../edges.ts';

/** The time that a command has, from its start to its end: what `--timeout` says. */
export interface TimeBudget {
  /** The whole of it in milliseconds; undefined when nothing bounds the command. */
  readonly limitMs: number | undefined;
  /** What is left of it, not below 0; undefined when nothing bounds the command. */
  readonly leftMs: () => number | undefined;
  /** Does what takes the time of a person, which does not count. */
  readonly pause: <T>(work: () => Promise<T>) => Promise<T>;
}

export function timeBudget(clock: Pick<Clock, 'now'>, limitMs: number | undefined): TimeBudget {
  let spentApart = 0;
  const start = clock.now();
  return {
    limitMs,
    leftMs: () => (limitMs === undefined ? undefined : Math.max(0, start + spentApart + limitMs - clock.now())),
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
