import type { Customer } from '../customer.ts';
import { type CheckedRow, checkRow, type RowCheck } from './check.ts';
import { customersOf, repeatedIn } from './group.ts';
import { type Problems, problemsIn, shownValue } from './problems.ts';
import type { RowField } from './row.ts';
import type { RowSource } from './row-source.ts';
import { growingNumbers, type TextTable, textTable } from './text-table.ts';

/** A manifest that has been checked, and that can be read again and again. */
export interface Manifest {
  /** As messages name it. */
  readonly file: string;
  readonly rows: number;
  readonly customerCount: number;
  /** Whether any of its customers has an id. */
  readonly hasIds: boolean;
  readonly hasKey: (key: string) => boolean;
  /** What was done to texts on their way in, for a notice. */
  readonly notice: string | undefined;
  /** The first rows, as they were read. */
  readonly firstRows: readonly CheckedRow[];
  /** In the order of the file; a customer of several rows comes when its last one has. A large file is read again for each call. */
  readonly customers: () => AsyncIterable<Customer>;
}

export interface CheckOptions {
  /** Rows of one name without a key are one customer. */
  readonly groupByName: boolean;
}

const FIRST_ROWS = 5;
/** Rows of a file up to this size are kept: to read one again takes longer than all else that is done with it. */
const KEPT_BYTES = 256 * 1024;

/** Reads a manifest to its end. Throws `invalid` with all that is wrong with it. */
export async function checkManifest(source: RowSource, { groupByName }: CheckOptions): Promise<Manifest> {
  const problems = problemsIn(source.file);
  const tidied = tidiedValues(source.file);
  const check: RowCheck = { path: source.path, rule: source.cells, problems, onTidied: tidied.add };
  const keys = keyTable(problems, groupByName);
  const handles = handleTable(problems);
  const ids = idTable(problems);
  const firstRows: CheckedRow[] = [];
  const kept: CheckedRow[] | undefined = source.size <= KEPT_BYTES ? [] : undefined;
  let [rows, hasIds] = [0, false];
  for await (const raw of source.rows(problems)) {
    rows += 1;
    const row = checkRow(raw, check);
    if (row === undefined) continue;
    keys.add(row);
    handles.add(row);
    ids.add(row);
    hasIds ||= row.id !== undefined;
    if (firstRows.length < FIRST_ROWS) firstRows.push(row);
    kept?.push(row);
  }
  const read = () => kept ?? checkedRows(source);
  if (problems.count() === 0 && keys.hasRepeated()) await repeatedIn(read(), keys.rowsOf, problems);
  if (rows === 0 && problems.count() === 0) problems.add({ line: 1, column: 1 }, 'there is no customer in it');
  problems.throwIfAny();
  return {
    file: source.file,
    rows,
    customerCount: keys.size(),
    hasIds,
    hasKey: keys.has,
    notice: tidied.notice(),
    firstRows,
    customers: () => customersOf(read(), keys.rowsOf),
  };
}

/** The rows once more, of a file that has no problems. */
async function* checkedRows(source: RowSource): AsyncGenerator<CheckedRow> {
  const problems = problemsIn(source.file);
  const check: RowCheck = { path: source.path, rule: source.cells, problems, onTidied: () => undefined };
  for await (const raw of source.rows(problems)) {
    const row = checkRow(raw, check);
    if (row !== undefined) yield row;
  }
  problems.throwIfAny();
}

/** Which keys there are, and in how many rows each of them stands. */
function keyTable(problems: Problems, groupByName: boolean) {
  const table = textTable();
  const counts = growingNumbers();
  const lines = growingNumbers();
  const entries = growingNumbers();
  let hasRepeated = false;

  function add({ key, hasKey, organization, raw: { row, entry = 0, placeOf } }: CheckedRow): void {
    const at = table.add(key);
    const before = counts.get(at);
    counts.set(at, before + 1);
    if (before === 0) {
      lines.set(at, row.line);
      if (entry > 0) entries.set(at, entry);
      return;
    }
    hasRepeated = true;
    if (entry > 0 && entry === entries.get(at)) return;
    const first = `line ${lines.get(at)}`;
    if (entry > 0 && hasKey) {
      problems.add(
        placeOf('key'),
        `key ${shownValue(key)} stands twice, first in ${first}`,
        'put the instances of one customer into one entry',
      );
    } else if (!hasKey && !groupByName) {
      problems.add(
        placeOf('organization'),
        `organization ${shownValue(organization)} stands twice, first in ${first}, and has no key`,
        SAME_NAME,
      );
    }
  }

  return {
    add,
    has: (key: string) => table.find(key) !== -1,
    rowsOf: (key: string) => (hasRepeated ? counts.get(table.find(key)) : 1),
    hasRepeated: () => hasRepeated,
    size: table.size,
  };
}

const SAME_NAME =
  'if they are one customer, give the rows the same key or add --group-by-name; if they are two, give each a key of its own';

/** Every handle stands once. */
function handleTable(problems: Problems) {
  const table: TextTable = textTable();
  const lines = growingNumbers();
  return {
    add: ({ instance, raw: { row, placeOf } }: CheckedRow): void => {
      if (instance === undefined) return;
      const size = table.size();
      const at = table.add(instance.handle);
      if (table.size() > size) lines.set(at, row.line);
      else problems.add(placeOf('handle'), `handle ${shownValue(instance.handle)} stands twice, first in line ${lines.get(at)}`);
    },
  };
}

/** Every organization is that of one customer. */
function idTable(problems: Problems) {
  const [ids, keys] = [textTable(), textTable()];
  const owners = growingNumbers();
  const lines = growingNumbers();
  return {
    add: ({ id, key, raw: { row, placeOf } }: CheckedRow): void => {
      if (id === undefined) return;
      const size = ids.size();
      const [at, owner] = [ids.add(id.toLowerCase()), keys.add(key)];
      if (ids.size() > size) {
        owners.set(at, owner);
        lines.set(at, row.line);
      } else if (owners.get(at) !== owner)
        problems.add(placeOf('id'), `id ${shownValue(id)} is that of another customer, first in line ${lines.get(at)}`);
    },
  };
}

function tidiedValues(file: string) {
  let count = 0;
  let first = '';
  return {
    add: ({ row, placeOf }: CheckedRow['raw'], field: RowField): void => {
      count += 1;
      if (count > 1) return;
      const { line, column } = row.line === placeOf(field).line ? placeOf(field) : row;
      first = `${file}:${line}:${column}`;
    },
    notice: (): string | undefined => {
      if (count === 0) return undefined;
      return count === 1
        ? `${first}: the white space around a value was taken off`
        : `the white space around ${count.toLocaleString('en-US')} values was taken off, first at ${first}`;
    },
  };
}
