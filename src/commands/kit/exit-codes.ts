import { type ErrorCode, EXIT_STATUS } from '../../errors.ts';

/** One exit status with the codes that end with it. */
export interface ExitRow {
  readonly status: number;
  readonly codes: readonly ErrorCode[];
  readonly meaning: string;
}

/** Statuses that only one command ends with, and what they say. */
export type OwnExits = Readonly<Record<number, string>>;

/** What each exit status says, in a few words. */
const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'a bug of flowkiwi',
  2: 'bad command line, or input that was refused',
  3: 'there is no such thing',
  4: 'not signed in, or refused',
  5: 'something is taken, or a name is ambiguous',
  6: 'the outcome is not known, or a wait ran out',
  7: 'signed in, but not allowed',
  75: 'network or server: safe to run again',
  129: 'the terminal was closed, or SIGHUP',
  130: 'Ctrl-C',
  131: 'SIGQUIT',
  143: 'SIGTERM',
};

/** The ways in which a command that declares these can end, by exit status; with those that every command has, and `own` ones that are no failure. */
export function exitRows(declared: readonly ErrorCode[], own: OwnExits = {}): readonly ExitRow[] {
  const codes = new Set<ErrorCode>(['internal', 'usage', ...declared]);
  // A command that asks a server can be told to wait.
  if (codes.has('unavailable')) codes.add('rate_limited');
  // One that says how it ends by one signal ends so by all.
  if (codes.has('terminated')) codes.add('hangup').add('quit');
  const byStatus = new Map<number, ErrorCode[]>([[0, []]]);
  for (const code of inOrder(codes)) byStatus.set(EXIT_STATUS[code], [...(byStatus.get(EXIT_STATUS[code]) ?? []), code]);
  const rows = [...byStatus].map(([status, codes]) => ({ status, codes, meaning: MEANINGS[status] ?? '' }));
  const ownRows = Object.entries(own).map(([status, meaning]) => ({ status: Number(status), codes: [], meaning }));
  return [...rows, ...ownRows].sort((one, other) => one.status - other.status);
}

/** The same as lines, aligned. */
export function exitLines(declared: readonly ErrorCode[], own?: OwnExits): readonly string[] {
  const rows = exitRows(declared, own).map(({ status, codes, meaning }) => ({ status: `${status}`, codes: codes.join(', '), meaning }));
  const width = Math.max(...rows.map(({ codes }) => codes.length));
  return rows.map(({ status, codes, meaning }) => `${status.padEnd(5)}${codes.padEnd(width)}  ${meaning}`);
}

function inOrder(codes: ReadonlySet<ErrorCode>): readonly ErrorCode[] {
  const isCode = (name: string): name is ErrorCode => name in EXIT_STATUS;
  return Object.keys(EXIT_STATUS)
    .filter(isCode)
    .filter((code) => codes.has(code));
}
