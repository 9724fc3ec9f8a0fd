import { CliError } from '../../errors.ts';
import type { RowStatus } from './row.ts';

/** How many rows may fail: in all, or of a hundred. */
export type MaxFailures = { readonly count: number } | { readonly percent: number };

/** Without a choice, as many failures one after the other, with no success between them, show that all will fail. */
const IN_A_ROW = 20;

/** Counts rows as they end, and says when too many have failed. */
export function createBreaker(maxFailures: MaxFailures | undefined, rows: number): (status: RowStatus) => CliError | undefined {
  const most = maxFailures === undefined ? undefined : 'count' in maxFailures ? maxFailures.count : (rows * maxFailures.percent) / 100;
  let failed = 0;
  let inARow = 0;
  return (status) => {
    if (status === 'failed') {
      failed += 1;
      inARow += 1;
    } else if (status === 'created' || status === 'renamed') inARow = 0;
    if (most !== undefined) return failed > most ? tooMany(`${failed} rows have failed, more than --max-failures allows`) : undefined;
    return inARow >= IN_A_ROW ? tooMany(`${inARow} rows have failed one after the other`) : undefined;
  };
}

function tooMany(message: string): CliError {
  return new CliError('invalid', message, { hint: 'look at what failed; --max-failures N or P% lets more of them fail' });
}
