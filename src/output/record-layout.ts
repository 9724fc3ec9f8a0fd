import type { Palette } from './colour.ts';
import { terminalSafe } from './terminal-text.ts';
import { type Field, fieldTexts } from './view.ts';

/**
 * One resource for a person: a line for each field, the values aligned behind their headings and never cut; further values of a field stand
 * below its first. Headings are our own ASCII words, so that their length is their width.
 */
export function recordText<T>(fields: readonly Field<T>[], value: T, palette: Palette): string {
  const width = Math.max(...fields.map((field) => field.heading.length));
  const lines = fields.flatMap((field) => {
    const [first = '-', ...rest] = fieldTexts(field, value).map(terminalSafe);
    const label = palette.heading(field.heading) + ' '.repeat(width - field.heading.length);
    return [`${label}  ${first}`, ...rest.map((text) => `${' '.repeat(width)}  ${text}`)];
  });
  return `${lines.join('\n')}\n`;
}
