import type { Database, Row } from '../database.ts';

/** Which part of a list is asked for. */
export interface Search {
  /** What has to be in a name, an id or whatever else the things go by; empty for all of them. */
  readonly text: string;
  readonly limit: number;
  readonly offset: number;
}

/** A condition of SQL with the values that are bound in it. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

export const EVERYTHING: Condition = { sql: '1', values: [] };

/**
 * Whether one of the columns holds the text, whatever its case; `folded` columns are in lower case. SQLite's `lower` changes the letters of ASCII
 * alone, so other letters are looked for in both cases.
 */
export function containing(text: string, { folded = [], written = [] }: Readonly<Record<string, readonly string[]>>): Condition {
  const lower = text.toLowerCase();
  const patterns = [...new Set([foldAscii(lower), foldAscii(text.toUpperCase())])];
  const tests = [
    ...folded.map((column) => [`instr(${column}, ?) > 0`, lower] as const),
    ...written.flatMap((column) => patterns.map((pattern) => [`instr(lower(${column}), ?) > 0`, pattern] as const)),
  ];
  return { sql: tests.map(([sql]) => sql).join(' OR '), values: tests.map(([, value]) => value) };
}

/** Where a list is read from. */
export interface Source {
  readonly columns: string;
  /** Tables and conditions, without that of the search. */
  readonly from: string;
  readonly order: string;
  readonly values: readonly string[];
}

/** The rows of a part of a list, and how many match in all. `has` is the condition of the text. */
export function partOf(database: Database, { columns, from, order, values }: Source, has: Condition, { limit, offset }: Search) {
  const [where, bound] = [`${from} AND (${has.sql})`, [...values, ...has.values]];
  const count = () => Number(database.get(`SELECT count(*) AS total FROM ${where}`, bound)?.['total']);
  const read = (more: string): Row[] =>
    database.all(`SELECT ${columns}${more} FROM ${where} ORDER BY ${order} LIMIT ? OFFSET ?`, [...bound, limit, offset]);
  if (has === EVERYTHING) return { rows: read(''), total: count() };
  // Looking through all of them takes its time: once for both.
  const rows = read(', count(*) OVER () AS total');
  return { rows, total: rows.length === 0 && offset > 0 ? count() : Number(rows[0]?.['total'] ?? 0) };
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
