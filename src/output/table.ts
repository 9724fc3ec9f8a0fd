import type { Palette } from './colour.ts';
import { narrowRuler, type Ruler, rulerFor } from './ruler.ts';
import { terminalSafe } from './terminal-text.ts';
import { cellText, type Field } from './view.ts';

/** Rows that are looked at before the widths of the columns are fixed. */
const WINDOW = 100;
const GAP = '  ';

export interface TableOptions {
  /** Width of the terminal; undefined = nothing is ever cut. */
  readonly columns: number | undefined;
  readonly palette: Palette;
}

/**
 * A table without boxes: headings, then a line for each value; nothing at all for no values. An absent value is `-`, so that no column is
 * ever empty. Widths come from the first rows, which are yielded together; free text is cut to fit the terminal, fields marked `keep`
 * never are and rather overflow.
 */
export async function* tableLines<T>(
  fields: readonly Field<T>[],
  values: Iterable<T> | AsyncIterable<T>,
  { columns, palette }: TableOptions,
): AsyncGenerator<string> {
  const keep = fields.map((field) => field.keep === true);
  const headings = fields.map((field) => field.heading.toUpperCase());
  const window: string[][] = [];
  let ruler = narrowRuler;
  let widths: readonly number[] | undefined;

  const firstLines = (): string => {
    const layout = { keep, columns, widths: columnWidths([headings, ...window], keep, columns, ruler) };
    widths = layout.widths;
    const heading = palette.heading(tableLine(headings, layout, ruler));
    return `${[heading, ...window.map((cells) => tableLine(cells, layout, ruler))].join('\n')}\n`;
  };

  for await (const value of values) {
    const cells = fields.map((field) => terminalSafe(cellText(field, value)) || '-');
    if (ruler === narrowRuler) ruler = await rulerFor(cells);
    if (widths !== undefined) yield `${tableLine(cells, { keep, columns, widths }, ruler)}\n`;
    else if (window.push(cells) === WINDOW) yield firstLines();
  }
  if (widths === undefined && window.length > 0) yield firstLines();
}

interface Layout {
  /** For each column, whether it is never cut. */
  readonly keep: readonly boolean[];
  readonly widths: readonly number[];
  readonly columns: number | undefined;
}

/**
 * The widest cell of each column. When these do not fit, what the kept columns leave is shared out among the others, the narrow ones first;
 * none becomes narrower than its heading.
 */
function columnWidths(
  rows: readonly (readonly string[])[],
  keep: readonly boolean[],
  columns: number | undefined,
  ruler: Ruler,
): readonly number[] {
  const widths = keep.map((_, index) => rows.reduce((widest, row) => Math.max(widest, ruler.width(row[index] ?? '')), 0));
  if (columns === undefined || lineWidth(widths) <= columns) return widths;

  const widthOf = (index: number): number => widths[index] ?? 0;
  const flexible = [...keep.keys()].filter((index) => !keep[index]).sort((a, b) => widthOf(a) - widthOf(b));
  let left = columns - lineWidth(widths) + flexible.reduce((sum, index) => sum + widthOf(index), 0);
  for (const [position, index] of flexible.entries()) {
    const share = Math.floor(left / (flexible.length - position));
    const width = Math.min(widthOf(index), Math.max(share, ruler.width(rows[0]?.[index] ?? '')));
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
