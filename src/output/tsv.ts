import { terminalSafe } from './terminal-text.ts';

/**
 * One line of tab-separated values, with its newline. Backslash is `\\`; tab, newline, carriage return and everything else that is unsafe
 * in a terminal are the escapes of `terminalSafe`: a piped row still ends on somebody's screen, and no value can forge a row or a column.
 */
export function tsvRow(cells: readonly string[]): string {
  return `${cells.map(tsvCell).join('\t')}\n`;
}

function tsvCell(text: string): string {
  return terminalSafe(text.replaceAll('\\', '\\\\'));
}
