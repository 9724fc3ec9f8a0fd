import { endOfString } from '../record.ts';
import type { Palette, Style } from './colour.ts';

/** The colours of JSON. */
export type JsonPalette = Pick<Palette, 'key' | 'text' | 'number' | 'literal'>;

const NUMBER = /[-+.\deE]+/y;
const WORD = /[a-z]+/y;
const LAYOUT = /[^"\-\da-z]+/y;

/** JSON in colours, which taken off leave it byte for byte; unchanged without a palette. What is not JSON may be coloured in any way. Pure. */
export function paintedJson(json: string, palette: JsonPalette | undefined): string {
  if (palette === undefined) return json;
  const parts: string[] = [];
  for (let at = 0; at < json.length; ) {
    const [end, style] = tokenAt(json, at, palette);
    const token = json.slice(at, end);
    parts.push(style === undefined ? token : style(token));
    at = end;
  }
  return parts.join('');
}

/** Where the token that begins at `start` ends, and how it is shown; undefined for brackets, signs and blanks. */
function tokenAt(json: string, start: number, palette: JsonPalette): readonly [end: number, style: Style | undefined] {
  if (json[start] === '"') {
    const end = endOfString(json, start);
    return [end, json[end] === ':' ? palette.key : palette.text];
  }
  const layout = endOf(LAYOUT, json, start);
  if (layout !== undefined) return [layout, undefined];
  const number = endOf(NUMBER, json, start);
  if (number !== undefined) return [number, palette.number];
  return [endOf(WORD, json, start) ?? start + 1, palette.literal];
}

function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
