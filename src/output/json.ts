import { writeJson } from '../json-writer.ts';
import type { Style } from './colour.ts';
import { replaceUnsafeInLines, unicodeEscape } from './terminal-text.ts';

/**
 * JSON without a newline at the end: 2-space indented, or in one line, with the numbers and the order of keys of `parseExactly`. Inside strings every character that is unsafe in a terminal is
 * a `\u` escape, so that the text is harmless wherever it is shown while a parser reads exactly the value.
 */
export function jsonText(data: unknown, style: 'indented' | 'compact'): string {
  // A line feed that is bare is layout; those of strings are escaped already.
  return replaceUnsafeInLines(writeJson(data, style === 'indented' ? 2 : 0), unicodeEscape);
}

/**
 * A JSON array piece by piece, byte for byte what `jsonText` makes of the whole, and a newline; each element is painted apart. Nothing is yielded before the first element
 * is known, so that a source that fails at once leaves no half document.
 */
export async function* jsonArray(
  elements: AsyncIterable<unknown>,
  style: 'indented' | 'compact',
  paint: Style = (json) => json,
): AsyncGenerator<string> {
  const indented = style === 'indented';
  let separator = indented ? '[\n  ' : '[';
  for await (const element of elements) {
    const text = paint(jsonText(element, style));
    yield separator + (indented ? text.replaceAll('\n', '\n  ') : text);
    separator = indented ? ',\n  ' : ',';
  }
  if (separator.startsWith('[')) yield '[]\n';
  else yield indented ? '\n]\n' : ']\n';
}
