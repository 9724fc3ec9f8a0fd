import { stringify } from 'csv-stringify/sync';
import { neutralCell } from './neutral-cell.ts';
import { replaceUnsafeInLines, visibleEscape } from './terminal-text.ts';

// Loads a package: import this module only when CSV is written.

/** One line of CSV (RFC 4180), with its line end, CRLF. No cell is a formula to a spreadsheet; line breaks inside a cell stay. Pure. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  // By itself the package quotes no other line break than that of its lines.
  return stringify([cells.map(neutralCell)], { delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** The same for data that may be shown on a terminal, to which no cell can do anything. Pure. */
export function csvRow(cells: readonly string[]): string {
  return csvLine(cells.map((cell) => replaceUnsafeInLines(cell, visibleEscape)));
}
