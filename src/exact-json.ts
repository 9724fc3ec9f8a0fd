import { visit } from 'jsonc-parser';
import { DEEPEST_JSON, isRecord, JsonNumber } from './record.ts';

/** The keys of records that JavaScript would reorder: those that look like whole numbers come first in its objects. */
const keyOrders = new WeakMap<object, readonly string[]>();

/** A record whose keys stay in this order; of a key that is there twice, the last value counts. */
export function orderedRecord(entries: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  // Without a prototype: `__proto__` and `constructor` are keys like others.
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  const keys = [...new Set(entries.map(([key]) => key))];
  if (Object.keys(record).some((key, index) => key !== keys[index])) keyOrders.set(record, keys);
  return record;
}

/** The keys of a record in the order in which they were written. */
export function keysOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return keyOrders.get(record) ?? Object.keys(record);
}

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

/**
 * A value as JSON text: what `JSON.stringify` makes of it, but each `JsonNumber` as it was written and keys in their order. With an `indent` each
 * element and member has a line of its own.
 */
export function writeJson(value: unknown, indent = 0): string {
  return write(value, ' '.repeat(indent), '');
}

function write(value: unknown, step: string, margin: string): string {
  if (value instanceof JsonNumber) return value.text;
  const inner = margin + step;
  if (Array.isArray(value)) {
    return enclosed(
      '[]',
      value.map((element) => write(element, step, inner)),
      step,
      margin,
    );
  }
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const colon = step === '' ? ':' : ': ';
  const members = keysOf(value).flatMap((key) =>
    value[key] === undefined ? [] : [`${JSON.stringify(key)}${colon}${write(value[key], step, inner)}`],
  );
  return enclosed('{}', members, step, margin);
}

function enclosed(brackets: '[]' | '{}', parts: readonly string[], step: string, margin: string): string {
  const [opening, closing] = brackets;
  if (parts.length === 0) return brackets;
  const line = step === '' ? '' : `\n${margin}`;
  return `${opening}${line}${step}${parts.join(`,${line}${step}`)}${line}${closing}`;
}
