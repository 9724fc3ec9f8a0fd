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

/** The value that a JSON text stands for; undefined for what is no JSON. In place of an error of the parser, whose message quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A string from JSON; null for anything else, also for an absent property. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
