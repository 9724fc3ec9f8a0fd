import { CliError, type ErrorCode, EXIT_STATUS } from '../../errors.ts';
import type { Help } from '../../hint.ts';
import { ROW_STATUSES, type RowResult, type RowStatus } from './row.ts';

/** How many rows ended how. */
export interface Summary {
  /** Of the manifest. */
  readonly rows: number;
  readonly counts: Readonly<Record<RowStatus, number>>;
  /** The codes of what failed and of what stopped the run, from the one that decides. */
  readonly codes: readonly ErrorCode[];
}

export interface Counter {
  readonly add: (result: Pick<RowResult, 'status' | 'error'>) => void;
  readonly summary: (rows: number) => Summary;
}

export function createCounter(): Counter {
  const counts = new Map<RowStatus, number>();
  const codes = new Set<ErrorCode>();
  return {
    add: ({ status, error }) => {
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status === 'failed' && error) codes.add(error.code);
    },
    summary: (rows) => ({
      rows,
      counts: {
        created: counts.get('created') ?? 0,
        renamed: counts.get('renamed') ?? 0,
        unchanged: counts.get('unchanged') ?? 0,
        failed: counts.get('failed') ?? 0,
        unknown: counts.get('unknown') ?? 0,
        not_started: counts.get('not_started') ?? 0,
      },
      codes: [...codes],
    }),
  };
}

/** Of several failures, what a repeat can cure comes first, then what a person has to cure before. */
const ORDER: readonly number[] = [
  EXIT_STATUS.unavailable,
  EXIT_STATUS.auth,
  EXIT_STATUS.forbidden,
  EXIT_STATUS.conflict,
  EXIT_STATUS.not_found,
];

export interface RunEnd {
  /** What stopped the run before its end; undefined when nothing did. */
  readonly stopped: CliError | undefined;
  /** The signal that asked it to end. */
  readonly signal: CliError | undefined;
  /** What to do now, by the code that it ends with. */
  readonly hint: (code: ErrorCode) => Help | undefined;
}

/**
 * How a run ended as the error of the command; undefined when all rows are as the manifest wants them. The summary has to balance: a row that is
 * in no count is a bug of ours, and the exit is 1. Pure.
 */
export function runFailure({ rows, counts, codes }: Summary, { stopped, signal, hint }: RunEnd): CliError | undefined {
  const counted = ROW_STATUSES.reduce((sum, status) => sum + counts[status], 0);
  if (counted !== rows) return new CliError('internal', `${counted} of ${rows} rows are accounted for`, { hint: 'run apply --status' });
  const words = [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} may or may not have been created`] : []),
    ...(counts.not_started > 0 ? [`${counts.not_started} were not begun`] : []),
  ];
  const cause = signal ?? stopped;
  if (words.length === 0 && cause === undefined) return undefined;
  const of = words.length === 0 ? 'all rows are done' : `of ${rows} rows ${words.join(', ')}`;
  const message = cause === undefined ? of : `${cause.message}: ${of}`;
  const code = counts.unknown > 0 ? 'unknown_outcome' : (signal?.code ?? codeOf([...codes, ...(stopped ? [stopped.code] : [])]));
  if (words.length === 0 && signal === undefined) return undefined;
  // What has stopped the run has to be put right before it can go on.
  const help = counts.unknown > 0 || signal ? hint(code) : (stopped?.hint ?? hint(code));
  return new CliError(code, message, { hint: help ?? stopped?.hint, retryAfter: stopped?.retryAfter });
}

function codeOf(codes: readonly ErrorCode[]): ErrorCode {
  for (const exit of ORDER) {
    const found = codes.find((code) => EXIT_STATUS[code] === exit);
    if (found !== undefined) return found;
  }
  return codes[0] ?? 'unavailable';
}
