/** A number of a JSON text that JavaScript would round or write in another way: `1.0`, `1e400`, `123456789012345678`. */
export class JsonNumber {
  /** As it was written. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** Whether a value from outside is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** The member of an object by a name from outside; undefined where there is none of its own, as for `constructor`. */
export function memberOf<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * Deepest nesting of JSON that is read (RFC 8259 section 9 allows a limit): whatever walks through a value, or prints it, calls itself for
 * each level. Deeper than this is not an answer of an API: PHP, Ruby and .NET stop before.
 */
export const DEEPEST_JSON = 500;

/**
 * The value that a JSON text stands for; undefined for what is not JSON, and for what is nested deeper than `DEEPEST_JSON`. In place of an
 * error of the parser, whose message quotes the text.
 */
export function parseJson(text: string): unknown {
  return isTooDeep(text) ? undefined : parseAnyJson(text);
}

/** The same without a limit, for those who have one of their own. */
export function parseAnyJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether JSON is nested deeper than `DEEPEST_JSON`. Looks at the text: to walk through the value takes as long as to parse it. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === ']' || character === '}') depth -= 1;
    else if (character === '[' || character === '{') depth += 1;
    if (depth > DEEPEST_JSON) return true;
  }
  return false;
}

/** Where the string of JSON that begins at `start` has ended. Not a regular expression: those give up on megabytes. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** A string from JSON; null for anything else, also for an absent property. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
