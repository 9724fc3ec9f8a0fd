/** Measures and cuts terminal-safe text in columns of the terminal. */
export interface Ruler {
  readonly width: (text: string) => number;
  /** The text itself when it fits into `width` columns, else as much of its beginning as fits with an ellipsis behind it. */
  readonly cut: (text: string, width: number) => string;
}

/** For texts of which every UTF-16 code unit is a character of one column; see `isNarrow`. */
export const narrowRuler: Ruler = {
  width: (text) => text.length,
  cut: (text, width) => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`),
};

/** Latin, Greek and Cyrillic letters, and punctuation: no wide characters, no combining marks. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text);
}

const NARROW = /^[ -~\u00A0-\u00AC\u00AE-\u02FF\u0370-\u0482\u048A-\u0588\u2010-\u2027]*$/;
