import { isRecord, parseJson } from '../../record.ts';
import { type ColumnNames, type Columns, columnsOf } from './columns.ts';
import { entryRows } from './entry-rows.ts';
import { firstFault } from './json-document.ts';
import type { ManifestFile } from './manifest-file.ts';
import { type Problems, shownValue } from './problems.ts';
import type { RawRow, RowField } from './row.ts';
import { organizationSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

/** Characters of a line at most. */
const LONGEST_LINE = 1_000_000;

/**
 * The rows of JSON Lines: flat ones with the columns of CSV, or an organization with its `instances` in each line. What is wrong with a line is a
 * problem, and the next one is read.
 */
export async function* jsonLinesRows(file: ManifestFile, mapped: ColumnNames, problems: Problems): AsyncGenerator<RawRow> {
  const shapes = new Map<string, Shape>();
  let [line, number] = [0, 0];
  for await (const text of linesOf(file)) {
    line += 1;
    if (text === undefined) {
      problems.add({ line, column: 1 }, `the line is longer than ${LONGEST_LINE.toLocaleString('en-US')} characters`);
      continue;
    }
    if (text.trim() === '') continue;
    const value = parseJson(text);
    if (!isRecord(value)) {
      const [{ column }, message] = value === undefined ? firstFault(text) : [{ column: 1 }, 'the line is not a JSON object'];
      problems.add({ line, column }, message);
      number += 1;
      continue;
    }
    const isEntry = Object.hasOwn(value, 'name') && !Object.hasOwn(value, 'organization') && Object.keys(mapped).length === 0;
    const rows = isEntry ? entryOf(value, line, number + 1, problems) : flatRow(value, line, number + 1, { mapped, shapes, problems });
    number += Math.max(1, rows.length);
    yield* rows;
  }
}

function entryOf(value: unknown, line: number, first: number, problems: Problems): readonly RawRow[] {
  const place = { line, column: 1 };
  const parsed = organizationSchema.safeParse(value);
  if (parsed.success) return [...entryRows(parsed.data, line, first, () => place)];
  for (const { message } of schemaProblems(parsed.error.issues, value, true)) problems.add(place, message);
  return [];
}

/** The columns of lines with the same names; undefined where something is wrong with these, which has been said. */
type Shape = Columns | undefined;

interface FlatRows {
  readonly mapped: ColumnNames;
  readonly shapes: Map<string, Shape>;
  readonly problems: Problems;
}

function flatRow(
  value: Readonly<Record<string, unknown>>,
  line: number,
  number: number,
  { mapped, shapes, problems }: FlatRows,
): readonly RawRow[] {
  const place = { line, column: 1 };
  const keys = Object.keys(value);
  const shapeName = JSON.stringify(keys);
  if (!shapes.has(shapeName)) {
    const { columns, problems: found } = columnsOf(keys, mapped);
    // Not every line has every column; one without an organization is told of by itself.
    const wrong = found.filter(({ kind }) => kind === 'name');
    for (const { message, hint } of wrong) problems.add(place, message, hint);
    shapes.set(shapeName, wrong.length > 0 ? undefined : columns);
  }
  const shape = shapes.get(shapeName);
  if (shape === undefined) return [];
  const values: Partial<Record<RowField, string>> = {};
  const before = problems.count();
  for (const [field, at] of shape.places) {
    const name = keys[at] ?? field;
    const found = value[name];
    if (found === null || found === '') continue;
    if (typeof found === 'string') values[field] = found;
    else problems.add(place, `${name} must be text, not ${shownValue(JSON.stringify(found)).slice(1, -1)}; put quotes around it`);
  }
  if (problems.count() > before) return [];
  const fields = Object.fromEntries(keys.map((name) => [name, textOf(value[name])]));
  return [{ row: { number, line, column: 1, fields }, values, entry: undefined, placeOf: () => place }];
}

/** What is carried through: any other value than text as its JSON. */
function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The lines of a file; undefined for one that is too long, of which no more is kept. */
async function* linesOf(file: ManifestFile): AsyncGenerator<string | undefined> {
  let rest = '';
  let isTooLong = false;
  for await (const text of file.text()) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield isTooLong || line.length > LONGEST_LINE ? undefined : line;
      isTooLong = false;
    }
    if (rest.length > LONGEST_LINE) [rest, isTooLong] = ['', true];
  }
  if (isTooLong) yield undefined;
  else if (rest !== '') yield rest;
}
