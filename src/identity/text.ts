/** A string from JSON; null for anything else, also for an absent property. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
