import { CliError } from '../../errors.ts';
import { moveAway } from '../../hint.ts';
import { filesIn, type JournalFile, linesOf } from './files.ts';
import { createHistory, type History } from './history.ts';
import { openedLine } from './line.ts';
import { JOURNAL_FORMAT, type JournalHeader, type JournalScope, readHeader, readRecord } from './record.ts';

/** What is in the folder of a journal. */
export interface ReadJournal {
  readonly history: History;
  /** Its id in all files; undefined where there is none. */
  readonly id: string | undefined;
  /** Who was signed in when the last file was written, as a hash. */
  readonly principal: string | null;
  /** The highest epoch that a file has; 0 for none. */
  readonly epoch: number;
  /** What tells whether it was added to meanwhile. */
  readonly lines: number;
}

export interface ReadOptions {
  readonly scope: JournalScope;
  /** Hash of this system, up to its next start. */
  readonly system: string;
}

/** How many syncs before the end of a file what was written may not be on the disk yet: that which runs, and the one after it. */
const UNSYNCED = 2;

/**
 * Reads all files of a journal. Nothing of the end that a write was cut off in is left; what is damaged elsewhere would hide creates, and is
 * refused. Throws `invalid` for that, for a journal of another server, and for one of a newer version; and file-system errors.
 */
export function readJournal(directory: string, options: ReadOptions): ReadJournal {
  const history = createHistory();
  const read = filesIn(directory).map((file) => readOne(file, history, options));
  const headers = read.flatMap(({ header }) => (header === undefined ? [] : [header]));
  const [first] = headers;
  const other = headers.find(({ id }) => id !== first?.id);
  if (other !== undefined) {
    throw new CliError('invalid', `${directory} has files of two journals, ${first?.id} and ${other.id}`, {
      hint: 'keep the files of one of them there',
    });
  }
  return {
    history,
    id: first?.id,
    principal: headers.at(-1)?.principal ?? null,
    epoch: headers.at(-1)?.epoch ?? 0,
    lines: read.reduce((sum, { lines }) => sum + lines, 0),
  };
}

interface ReadOne {
  /** Undefined of a file whose first write was cut off. */
  readonly header: JournalHeader | undefined;
  readonly lines: number;
}

function readOne({ path }: JournalFile, history: History, { scope, system }: ReadOptions): ReadOne {
  let header: JournalHeader | undefined;
  let lines = 0;
  let damaged: number | undefined;
  /** Of the last line before the damage. */
  let syncs = 0;
  for (const line of linesOf(path)) {
    lines += 1;
    const json = openedLine(line);
    if (json === undefined) {
      damaged ??= lines;
      continue;
    }
    const { syncs: count = 0 } = json;
    if (damaged !== undefined && (typeof count !== 'number' || count > syncs + UNSYNCED)) throw damage(path, damaged);
    if (damaged === undefined && typeof count === 'number') syncs = count;
    if (header === undefined) {
      header = checkedHeader(json, { path, scope });
      continue;
    }
    const record = readRecord(json);
    if (record === undefined) throw damage(path, lines);
    history.follow(record);
  }
  history.endFile({ seesAllWrites: header?.system === system });
  return { header, lines };
}

function checkedHeader(json: Readonly<Record<string, unknown>>, { path, scope }: { readonly path: string; readonly scope: JournalScope }) {
  if (json['type'] === 'journal' && typeof json['format'] === 'number' && json['format'] > JOURNAL_FORMAT) {
    throw new CliError('invalid', `${path} was written by a newer version of flowkiwi (format ${json['format']})`, {
      hint: 'run that version, or a newer one',
    });
  }
  const header = readHeader(json);
  if (header === undefined) throw damage(path, 1);
  for (const [name, title] of SCOPE) {
    if (header[name] === scope[name]) continue;
    throw new CliError(
      'invalid',
      `${path} belongs to ${title} ${header[name] ?? 'that is not named'}, not to ${scope[name] ?? 'one without a name'}`,
      {
        hint: 'choose the profile that it was written with, or another folder with --journal',
      },
    );
  }
  return header;
}

const SCOPE = [
  ['provider', 'the provider'],
  ['url', 'the API at'],
  ['instance_host', 'the instance'],
  ['kind', 'a manifest of the kind'],
] as const;

function damage(path: string, line: number): CliError {
  return new CliError('invalid', `${path} is damaged in line ${line}: what was created there cannot be known`, {
    hint: moveAway(path, 'bring the file back from a copy; without it, move it away, and tell what is there with --adopt'),
  });
}
