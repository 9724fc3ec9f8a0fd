import { CsvError, type Info, type Parser, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { readCell } from '../../output/neutral-cell.ts';
import type { ColumnNames, Columns } from './columns.ts';
import { columnsOf } from './columns.ts';
import type { ManifestFile } from './manifest-file.ts';
import type { Place, Problems } from './problems.ts';
import type { RawRow, RowField } from './row.ts';

/** Characters of a row at most: a quote that is left open would make one of all that follows. */
const LONGEST_ROW = 1_000_000;
/** Characters in which the header is looked for. */
const HEADER_WITHIN = 64 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;

/** How a CSV file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Whether it begins with a byte order mark, as a spreadsheet wants it. */
  readonly hasMark: boolean;
  /** Lines before the header. */
  readonly skippedLines: number;
  readonly columns: Columns;
}

/** Reads the header, from which the delimiter is known. What is wrong with it is a problem. Throws what reading throws. */
export async function csvDialect(file: ManifestFile, mapped: ColumnNames, problems: Problems): Promise<CsvDialect> {
  const { start, isWhole } = await startOf(file);
  const none = { delimiter: ',', hasMark: file.hasMark, skippedLines: 0, columns: { names: [], places: new Map() } };
  if (start.trim() === '') {
    problems.add({ line: 1, column: 1 }, 'the file is empty', 'the first line of CSV names the columns: organization,instance,handle');
    return none;
  }
  const header = headerIn(start, mapped);
  if (header === undefined || (header.cells.length === 0 && !isWhole)) {
    problems.add({ line: 1, column: 1 }, 'the first line is not the header of a CSV file');
    return none;
  }
  const { delimiter, skippedLines, columns } = header;
  for (const { at, message, hint } of header.problems) {
    const { line, column } = placeInRecord(header.raw, delimiter, at);
    problems.add({ line: line + skippedLines, column }, message, hint);
  }
  return { delimiter, hasMark: file.hasMark, skippedLines, columns };
}

/** Lines that a program may write in front of the header: `sep=;` for spreadsheets, or what the file is. */
const MOST_SKIPPED = 4;

/** The header: the first line that has the columns which are needed, else the first of all. */
function headerIn(start: string, mapped: ColumnNames) {
  const [, separator] = /^sep=(.)\r?\n/i.exec(start) ?? [];
  const first = separator === undefined ? 0 : 1;
  const delimiters = separator === undefined ? DELIMITERS : [separator];
  const headers: ReturnType<typeof headerAt>[] = [];
  let text = start;
  for (let skippedLines = 0; skippedLines <= MOST_SKIPPED && text !== ''; skippedLines += 1) {
    if (skippedLines >= first) headers.push(headerAt(text, skippedLines, delimiters, mapped));
    text = text.slice(text.indexOf('\n') + 1 || text.length);
  }
  return (
    headers.find((header) => header?.columns.places.has('organization') && !header.problems.some(({ kind }) => kind === 'missing')) ??
    headers[0]
  );
}

function headerAt(text: string, skippedLines: number, delimiters: readonly string[], mapped: ColumnNames) {
  const candidates = delimiters.map((delimiter) => {
    const header = headerOf(text, delimiter);
    return { delimiter, skippedLines, ...header, ...columnsOf(header.cells, mapped) };
  });
  const [best] = candidates.sort((a, b) => b.columns.places.size - a.columns.places.size || b.cells.length - a.cells.length);
  return best;
}

async function startOf(file: ManifestFile): Promise<{ readonly start: string; readonly isWhole: boolean }> {
  let start = '';
  for await (const text of file.text()) {
    start += text;
    if (start.length >= HEADER_WITHIN) return { start: start.slice(0, HEADER_WITHIN), isWhole: false };
  }
  return { start, isWhole: true };
}

/** The first record of a text; no cells where it is not CSV with that delimiter. */
function headerOf(text: string, delimiter: string): { readonly cells: readonly string[]; readonly raw: string } {
  try {
    const options = { delimiter, to: 1, raw: true, skip_empty_lines: true, relax_column_count: true } as const;
    const [first]: unknown[] = parseAtOnce(text, options);
    if (typeof first !== 'object' || first === null || !('record' in first) || !('raw' in first)) return { cells: [], raw: '' };
    const { record, raw } = first;
    return { cells: Array.isArray(record) ? record.map(String) : [], raw: String(raw) };
  } catch (error) {
    if (error instanceof CsvError) return { cells: [], raw: '' };
    throw error;
  }
}

/** One record, as `csv-parse` gives it. */
interface CsvRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: Info;
}

/** The rows of a CSV file (RFC 4180) after its header. What cannot be read as CSV is a problem, and ends them. */
export async function* csvRows(file: ManifestFile, dialect: CsvDialect, problems: Problems): AsyncGenerator<RawRow> {
  const { delimiter, skippedLines, columns } = dialect;
  const parser = parse({
    delimiter,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  let line = 1 + skippedLines;
  let emptyLines = 0;
  let number = -1;
  try {
    for await (const { record, raw, info } of recordsOf(linesAfter(file, skippedLines), parser)) {
      line += info.empty_lines - emptyLines;
      emptyLines = info.empty_lines;
      const start = line;
      line += 1 + lineEndsWithin(raw);
      number += 1;
      if (number === 0) continue;
      if (record.every((cell) => cell === '')) continue;
      yield csvRow({ cells: record, raw, number, line: start }, delimiter, columns, problems);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.add({ line, column: 1 }, wordsFor(error), 'a cell with a quote in it is written "24"" screen"');
  }
}

/** What a parser makes of a text. Reading it piece by piece costs half of what its own iterator does. */
async function* recordsOf(text: AsyncIterable<string>, parser: Parser): AsyncGenerator<CsvRecord> {
  // An error comes out of the last loop; without somebody who hears it, it would end the process.
  parser.on('error', () => undefined);
  for await (const piece of text) {
    parser.write(piece);
    for (let record: unknown = parser.read(); record !== null; record = parser.read()) yield record as CsvRecord;
    if (parser.errored) break;
  }
  parser.end();
  yield* parser as AsyncIterable<CsvRecord>;
}

async function* linesAfter(file: ManifestFile, skippedLines: number): AsyncGenerator<string> {
  let left = skippedLines;
  for await (const piece of file.text()) {
    let start = 0;
    for (; left > 0 && piece.includes('\n', start); left -= 1) start = piece.indexOf('\n', start) + 1;
    if (left === 0) yield piece.slice(start);
  }
}

interface CsvLine {
  readonly cells: readonly string[];
  readonly raw: string;
  readonly number: number;
  readonly line: number;
}

function csvRow({ cells, raw, number, line }: CsvLine, delimiter: string, { names, places }: Columns, problems: Problems): RawRow {
  const placeAt = (at: number): Place => {
    const place = placeInRecord(raw, delimiter, at);
    return { line: line + place.line - 1, column: place.column };
  };
  const extra = cells.findIndex((cell, at) => at >= names.length && cell !== '');
  if (extra !== -1) {
    problems.add(
      placeAt(extra),
      `the row has ${cells.length} cells, the header ${names.length}`,
      `a cell with ${JSON.stringify(delimiter)} in it is written in quotes: "Miller, Sons"`,
    );
  }
  const fields: Record<string, string> = {};
  for (const [at, name] of names.entries()) if (name !== '') fields[name] = readCell(cells[at] ?? '');
  const values: Partial<Record<RowField, string>> = {};
  for (const [field, at] of places) {
    const cell = cells[at];
    if (cell !== undefined && cell !== '') values[field] = cell;
  }
  return {
    row: { number, line, column: 1, fields },
    values,
    entry: undefined,
    placeOf: (field) => placeAt(places.get(field) ?? 0),
  };
}

/** Where a cell of a record begins, in the record's own lines. Pure. */
export function placeInRecord(raw: string, delimiter: string, at: number): Place {
  // Of a line that ends with CR LF the parser leaves the CR of the empty lines before it.
  let position = /^[\r\n]*/.exec(raw)?.[0].length ?? 0;
  let [line, lineStart, isQuoted, cell] = [1, position, false, 0];
  for (; position < raw.length && cell < at; position += 1) {
    const character = raw[position];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) cell += 1;
    if (character === '\n') [line, lineStart] = [line + 1, position + 1];
  }
  return { line, column: position - lineStart + 1 };
}

function wordsFor(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote that opens in this row is not closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `a row that begins here is longer than ${LONGEST_ROW.toLocaleString('en-US')} characters; perhaps a quote is left open`;
    default:
      return 'this row has a quote in the middle of a cell';
  }
}

/** Line ends in the cells of a record; the parser leaves some of those around it in its text. */
function lineEndsWithin(raw: string): number {
  const first = raw.indexOf('\n');
  if (first === -1 || first === raw.length - 1) return 0;
  return raw.trim().split('\n').length - 1;
}
