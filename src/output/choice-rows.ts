import { rulerFor } from './table.ts';
import { terminalSafe } from './terminal-text.ts';

/** Something that a person may choose: what it is called, and what tells it from others of that name (an id, a URL). */
export interface NamedChoice {
  readonly name: string;
  readonly detail: string;
}

const GAP = '  ';
/** A name is readable from here on, and an id has this many characters. */
const [LEAST_NAME, LONGEST_ID] = [8, 36];

/**
 * One line for each choice, safe for the terminal and at most `columns` wide: the name, and the detail in a column behind it. Where both do not
 * fit, the name is cut rather than an id.
 */
export async function choiceRows(choices: readonly NamedChoice[], columns: number): Promise<readonly string[]> {
  const rows = choices.map(({ name, detail }) => [terminalSafe(name) || '-', terminalSafe(detail)] as const);
  const ruler = await rulerFor(rows.flat());
  const widest = (index: 0 | 1) => rows.reduce((most, row) => Math.max(most, ruler.width(row[index])), 0);
  const room = columns - GAP.length;
  const detailWidth = Math.min(widest(1), Math.max(LONGEST_ID, room - widest(0)), room - Math.min(LEAST_NAME, widest(0)));
  const nameWidth = Math.min(widest(0), room - detailWidth);
  return rows.map(([name, detail]) => {
    if (detail === '') return ruler.cut(name, columns);
    const shown = ruler.cut(name, nameWidth);
    return `${shown}${' '.repeat(Math.max(0, nameWidth - ruler.width(shown)))}${GAP}${ruler.cut(detail, detailWidth)}`;
  });
}
