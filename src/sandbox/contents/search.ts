/** Which part of a list is asked for. */
export interface Search {
  /** What has to be in a name, an id or whatever else the things go by; empty for all of them. */
  readonly text: string;
  readonly limit: number;
  readonly offset: number;
}

/** Both ways to write the text that `containing` takes. SQLite's `lower` changes the letters of ASCII alone, so an Ä is looked for as ä, too. */
export function patternsOf(text: string): readonly [string, string] {
  return [foldAscii(text.toLowerCase()), foldAscii(text.toUpperCase())];
}

/** A condition that one of these columns holds one of two patterns, which are bound for each column. */
export function containing(...columns: readonly string[]): string {
  return columns.map((column) => `instr(lower(${column}), ?) > 0 OR instr(lower(${column}), ?) > 0`).join(' OR ');
}

/** The values of `containing` for so many columns. */
export function boundFor(patterns: readonly [string, string], columns: number): readonly string[] {
  return Array.from({ length: columns }, () => patterns).flat();
}

function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
