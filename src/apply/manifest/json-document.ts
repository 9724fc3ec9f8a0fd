import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { parseJson } from '../../record.ts';
import type { DocumentReader } from './document-rows.ts';
import type { Place } from './problems.ts';

/** Reads JSON (RFC 8259). */
export const readJsonDocument: DocumentReader = (text, problems) => {
  const value = parseJson(text);
  if (value === undefined) {
    problems.add(...firstFault(text));
    return undefined;
  }
  const root = parseTree(text);
  const before = problems.count();
  if (root) {
    for (const { offset, name } of repeatedKeys(root)) problems.add(placeIn(text, offset), `the key ${JSON.stringify(name)} stands twice`);
  }
  if (problems.count() > before) return undefined;
  return {
    value,
    placeOf: (path) => {
      for (let length = path.length; root !== undefined && length > 0; length -= 1) {
        const node = findNodeAtLocation(
          root,
          path.slice(0, length).filter((step) => typeof step !== 'symbol'),
        );
        if (node) return placeIn(text, node.offset);
      }
      return placeIn(text, root?.offset ?? 0);
    },
  };
};

/** Where a text stops being JSON, and why. */
export function firstFault(text: string): [place: Place, message: string] {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const [first] = errors;
  if (first === undefined) return [{ line: 1, column: 1 }, 'not JSON, or nested too deeply'];
  const words = printParseErrorCode(first.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return [placeIn(text, first.offset), `not JSON: ${words}`];
}

function* repeatedKeys(node: Node): Generator<{ readonly offset: number; readonly name: string }> {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    if (node.type === 'object') {
      const [name, value] = child.children ?? [];
      if (name && seen.has(name.value)) yield { offset: name.offset, name: String(name.value) };
      seen.add(name?.value);
      if (value) yield* repeatedKeys(value);
    } else {
      yield* repeatedKeys(child);
    }
  }
}

function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
