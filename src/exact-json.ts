import { visit } from 'jsonc-parser';
import { orderedRecord } from './ordered-record.ts';
import { DEEPEST_JSON, JsonNumber } from './record.ts';

/**
 * The value that a JSON text (RFC 8259) stands for, as `JSON.parse` gives it but with nothing lost: numbers that JavaScript would change are
 * `JsonNumber`, and `keysOf` knows the order of keys. Undefined for what is not JSON, or is nested deeper than `DEEPEST_JSON`.
 */
export function parseExactly(text: string): unknown {
  try {
    // What is JSON is decided by the one who knows: the other parser takes more.
    JSON.parse(text);
    return read(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** An array or an object that has begun. */
interface Container {
  readonly entries: [key: string, value: unknown][];
  /** Of the value that comes next. */
  key: string;
}

/** Throws `RangeError` for what is nested too deeply. */
function read(text: string): unknown {
  const root: Container = { entries: [], key: '' };
  const open = [root];
  const innermost = () => open.at(-1) ?? root;
  const add = (value: unknown) => void innermost().entries.push([innermost().key, value]);
  const begin = () => {
    if (open.push({ entries: [], key: '' }) > DEEPEST_JSON + 1) throw new RangeError('nested too deeply');
  };
  const end = () => open.pop()?.entries ?? [];
  visit(text, {
    onObjectBegin: begin,
    onArrayBegin: begin,
    onObjectProperty: (key) => {
      innermost().key = key;
    },
    onLiteralValue: (value, offset, length) => add(typeof value === 'number' ? numberOf(text.slice(offset, offset + length)) : value),
    onObjectEnd: () => add(orderedRecord(end())),
    onArrayEnd: () => add(end().map(([, value]) => value)),
  });
  return root.entries[0]?.[1];
}

function numberOf(text: string): number | JsonNumber {
  const number = Number(text);
  return String(number) === text ? number : new JsonNumber(text);
}
