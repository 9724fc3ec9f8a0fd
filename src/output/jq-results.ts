import { parseExactly } from '../exact-json.ts';
import { jsonText } from './json.ts';
import { type JsonPalette, paintedJson } from './json-colour.ts';
import { replaceUnsafe, terminalSafe, unicodeEscape } from './terminal-text.ts';

/** Where results go: to a person, with colours or without, or to a program. */
export interface ResultsLook {
  readonly isTerminal: boolean;
  readonly palette: JsonPalette | undefined;
}

/**
 * What `gh --jq` prints of results of jq, given as lines of compact JSON: a string raw, anything else as JSON, which is indented on a terminal. A
 * program gets every character of a string; a terminal nothing that it would obey, and a line for each. With a newline behind each. Pure.
 */
export function resultsText(lines: string, { isTerminal, palette }: ResultsLook): string {
  if (lines === '') return '';
  const shown = lines.split('\n').map((line) => {
    if (line.startsWith('"')) {
      const text = String(JSON.parse(line));
      return isTerminal ? terminalSafe(text) : text;
    }
    const data = isTerminal ? parseExactly(line) : undefined;
    // In strings of JSON an escape is the same character.
    return paintedJson(data === undefined ? replaceUnsafe(line, unicodeEscape) : jsonText(data, 'indented'), palette);
  });
  return `${shown.join('\n')}\n`;
}
