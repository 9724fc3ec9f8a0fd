import { keysOf } from './ordered-record.ts';
import { isRecord, JsonNumber } from './record.ts';

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
