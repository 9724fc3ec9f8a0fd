/** Most that is kept of a name, in UTF-16 units. Servers choose names, and every command reads the files that they are kept in. */
export const LONGEST_NAME = 1_000;

/** A name as stored: itself, or its beginning and an ellipsis. */
export function shortName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
