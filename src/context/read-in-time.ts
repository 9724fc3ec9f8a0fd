import type { Edges } from '../edges.ts';
import { CliError } from '../errors.ts';
import { withTimeLimit } from '../oauth/time-limit.ts';
import type { TimeBudget } from './time-budget.ts';

export interface InTime {
  readonly edges: Pick<Edges, 'clock' | 'interruption'>;
  readonly budget: Pick<TimeBudget, 'leftMs' | 'limitMs'>;
}

/**
 * Reads what another program or a person writes, which may never end, for as long as the command has time. `source` names it in the error.
 * Throws `unavailable` when the time is over first.
 */
export function readInTime<T>(
  { edges: { clock, interruption }, budget }: InTime,
  source: string,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { limitMs } = budget;
  const milliseconds = budget.leftMs();
  if (limitMs === undefined || milliseconds === undefined) return read(interruption);
  return withTimeLimit(read, { clock, milliseconds, signal: interruption }, () => {
    throw new CliError('unavailable', `${source} did not end within ${limitMs / 1000} s`, {
      hint: 'close it, or allow more time with --timeout',
    });
  });
}
