import { Document, type ScalarTag, visit } from 'yaml';
import { keysOf } from '../ordered-record.ts';
import { isRecord, JsonNumber } from '../record.ts';
import { isTerminalSafe, replaceUnsafeInLines, unicodeEscape } from './terminal-text.ts';

/**
 * YAML with a newline at the end, the same data as JSON for readers of YAML 1.1 and 1.2. A string with characters that are unsafe in a terminal is double-quoted, with
 * escapes in their place. Loads the `yaml` package: import this module only when YAML is asked for.
 */
export function yamlText(data: unknown): string {
  // Many readers of YAML 1.1 still take a bare `yes`, `no` or date for something else than text.
  const document = new Document(inOrder(data), { compat: 'yaml-1.1', aliasDuplicateObjects: false, customTags: [EXACT_NUMBER] });
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && needsQuotes(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY });
  // Whatever is still bare and unsafe, but for the line feeds of the layout, stands inside double quotes.
  return replaceUnsafeInLines(text, yamlEscape).replace(NONCHARACTERS, yamlEscape);
}

/** A number as it was written: what is one in JSON is one in YAML 1.2. */
const EXACT_NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => value instanceof JsonNumber,
  resolve: (text) => text,
  stringify: ({ value }) => (value instanceof JsonNumber ? value.text : String(value)),
};

/** The same data with maps in place of records, whose keys could move. */
function inOrder(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(inOrder);
  return isRecord(data) ? new Map(keysOf(data).map((key) => [key, inOrder(data[key])])) : data;
}

/** What no YAML may hold unescaped, although it does no harm in a terminal (YAML 1.2.2, section 5.1). */
const NONCHARACTERS = /[\ufffe\uffff]/g;

/** Whether a string needs quotes that the `yaml` package does not give it. A bare `=` is the value type of YAML 1.1 (yaml.org/type/value). */
function needsQuotes(text: string): boolean {
  return !isTerminalSafe(text) || text.search(NONCHARACTERS) !== -1 || text === '=';
}

/** A YAML sequence piece by piece, `[]` when there are no elements. */
export async function* yamlSequence(elements: AsyncIterable<unknown>): AsyncGenerator<string> {
  let empty = true;
  for await (const element of elements) {
    yield yamlText([element]);
    empty = false;
  }
  if (empty) yield '[]\n';
}

/** YAML reads `\ud83d\ude00` as two characters, so one beyond the basic plane has its own form (YAML 1.2.2, section 5.7). */
function yamlEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : unicodeEscape(character);
}
