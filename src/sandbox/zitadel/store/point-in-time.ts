/** A moment of the past that a projection shows, in milliseconds since the Unix epoch. */
export type PointInTime = number;

/** Everything that has been written. */
export const NOW: PointInTime = Number.MAX_SAFE_INTEGER;

/** What projections show that lag behind by so many milliseconds (contract section 6). */
export function projectionTime(now: number, lagMs: number): PointInTime {
  return lagMs === 0 ? NOW : now - lagMs;
}

/** The condition that picks the version of a row at a point in time, which is bound twice. */
export function visible(table: string): string {
  return `${table}.valid_from <= ? AND (${table}.valid_until IS NULL OR ${table}.valid_until > ?)`;
}
