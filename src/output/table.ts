import type { Palette } from './colour.ts';
import { isNarrow, narrowRuler, type Ruler } from './ruler.ts';
import { terminalSafe } from './terminal-text.ts';
import { cellText, type Field, fieldTexts } from './view.ts';

/** Rows that are looked at before the widths of the columns are fixed. */
const WINDOW = 100;
const GAP = '  ';
/** Free text is readable from here on: a spare column goes before another one becomes narrower. */
const READABLE = 16;

export interface TableOptions {
  /** Width of the terminal; undefined = nothing is ever cut. */
  readonly columns: number | undefined;
  readonly palette: Palette;
  /** Whether fields marked `spare` may be left out. */
  readonly mayOmit?: boolean;
}

/**
 * A table without boxes: headings, then a line for each value; nothing at all for no values. An absent value is `-`, so that no column is
 * ever empty. Widths come from the first rows, which are yielded together; free text is cut to fit the terminal, fields marked `keep`
 * never are and rather overflow.
 */
export async function* tableLines<T>(
  fields: readonly Field<T>[],
  values: Iterable<T> | AsyncIterable<T>,
  { columns, palette, mayOmit = false }: TableOptions,
): AsyncGenerator<string> {
  const window: T[] = [];
  let ruler = narrowRuler;
  let shown = fields;
  let layout: Layout | undefined;

  const cellsOf = (value: T): string[] => shown.map((field) => terminalSafe(cellText(field, value)) || '-');
  const firstLines = async (): Promise<string> => {
    ruler = await rulerFor([...headings(), ...window.flatMap(cellsOf)]);
    if (columns !== undefined && mayOmit) shown = fieldsThatFit(fields, widestCells(rows(), ruler), columns);
    const keep = shown.map((field) => field.keep === true);
    const fixed = { keep, columns, widths: columnWidths(widestCells(rows(), ruler), headings(), keep, columns) };
    layout = fixed;
    const heading = palette.heading(tableLine(headings(), fixed, ruler));
    return `${[heading, ...window.map((value) => tableLine(cellsOf(value), fixed, ruler))].join('\n')}\n`;
  };
  const headings = (): string[] => shown.map((field) => terminalSafe(field.heading.toUpperCase()));
  const rows = (): string[][] => [headings(), ...window.map(cellsOf)];

  for await (const value of values) {
    if (layout !== undefined) {
      const cells = cellsOf(value);
      if (ruler === narrowRuler) ruler = await rulerFor(cells);
      yield `${tableLine(cells, layout, ruler)}\n`;
    } else if (window.push(value) === WINDOW) {
      yield await firstLines();
    }
  }
  if (layout === undefined && window.length > 0) yield await firstLines();
}

/** The fields without as many of the spare ones as must go, the last first, for the others to be readable. */
function fieldsThatFit<T>(fields: readonly Field<T>[], widths: readonly number[], columns: number): readonly Field<T>[] {
  const least = fields.map(({ keep }, index) => (keep ? (widths[index] ?? 0) : Math.min(widths[index] ?? 0, READABLE)));
  const shown = [...fields.keys()];
  while (lineWidth(shown.map((index) => least[index] ?? 0)) > columns) {
    const last = shown.findLastIndex((index) => fields[index]?.spare === true);
    if (last === -1) break;
    shown.splice(last, 1);
  }
  return fields.filter((_, index) => shown.includes(index));
}

function widestCells(rows: readonly (readonly string[])[], ruler: Ruler): number[] {
  return (rows[0] ?? []).map((_, index) => rows.reduce((widest, row) => Math.max(widest, ruler.width(row[index] ?? '')), 0));
}

interface Layout {
  /** For each column, whether it is never cut. */
  readonly keep: readonly boolean[];
  readonly widths: readonly number[];
  readonly columns: number | undefined;
}

/**
 * The width of each column, from its widest cell. When these do not fit, what the kept columns leave is shared out among the others, the narrow ones first;
 * none becomes narrower than its heading.
 */
function columnWidths(
  widest: readonly number[],
  headings: readonly string[],
  keep: readonly boolean[],
  columns: number | undefined,
): readonly number[] {
  const widths = [...widest];
  if (columns === undefined || lineWidth(widths) <= columns) return widths;

  const widthOf = (index: number): number => widths[index] ?? 0;
  const flexible = [...keep.keys()].filter((index) => !keep[index]).sort((a, b) => widthOf(a) - widthOf(b));
  let left = columns - lineWidth(widths) + flexible.reduce((sum, index) => sum + widthOf(index), 0);
  for (const [position, index] of flexible.entries()) {
    const share = Math.floor(left / (flexible.length - position));
    const width = Math.min(widthOf(index), Math.max(share, headings[index]?.length ?? 0));
    widths[index] = width;
    left -= width;
  }
  return widths;
}

/** A row that is too wide for the terminal has its free text cut to the columns; one that fits is left whole. */
function tableLine(cells: readonly string[], { keep, widths, columns }: Layout, ruler: Ruler): string {
  const last = cells.length - 1;
  const taken = cells.map((cell, index) => Math.max(ruler.width(cell), index < last ? (widths[index] ?? 0) : 0));
  const fits = columns === undefined || lineWidth(taken) <= columns;
  return cells
    .map((cell, index) => {
      const width = widths[index] ?? 0;
      const text = fits || keep[index] ? cell : ruler.cut(cell, width);
      return index === last ? text : text + ' '.repeat(Math.max(0, width - ruler.width(text)));
    })
    .join(GAP);
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

/** The ruler that measures all of these texts. The one for any text takes 40 to 60 ms before its first answer, so it is loaded on first need. */
export async function rulerFor(texts: readonly string[]): Promise<Ruler> {
  return texts.every(isNarrow) ? narrowRuler : (await import('./grapheme-ruler.ts')).graphemeRuler;
}

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

/**
 * One resource for a person: a line for each field, the values aligned behind their headings and never cut; further values of a field stand
 * below its first. Headings are aligned by their length: those of an answer that is printed whole can be any text.
 */
export function recordText<T>(fields: readonly Field<T>[], value: T, palette: Palette): string {
  const labels = fields.map((field) => terminalSafe(field.heading));
  const width = Math.max(...labels.map((label) => label.length));
  const lines = fields.flatMap((field, index) => {
    const heading = labels[index] ?? '';
    const [first = '-', ...rest] = fieldTexts(field, value).map(terminalSafe);
    const label = palette.heading(heading) + ' '.repeat(width - heading.length);
    return [`${label}  ${first}`, ...rest.map((text) => `${' '.repeat(width)}  ${text}`)];
  });
  return `${lines.join('\n')}\n`;
}
