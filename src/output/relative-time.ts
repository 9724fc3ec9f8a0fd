import { type Field, fieldTexts } from './view.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** A moment further away is told by its day: nobody counts 400 days back. */
const COUNTED_DAYS = 30;
/** What was made just now may be in the future by the clock of its server. */
const CLOCKS_DIFFER_MS = 5_000;
/** An instant with its zone (RFC 3339, section 5.6): any other text says less, or something else. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * An instant as RFC 3339 writes it, seen from `now`, in milliseconds: `3 minutes ago`, `in 2 hours`, or its day in UTC when it is more than 30 days
 * away. What is not an instant is returned unchanged. Pure; ASCII.
 */
export function relativeTime(instant: string, now: number): string {
  const time = INSTANT.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(time)) return instant;
  const distance = Math.abs(time - now);
  const isPast = time <= now;
  if (distance < (isPast ? MINUTE : CLOCKS_DIFFER_MS)) return 'just now';
  if (distance > COUNTED_DAYS * DAY) return new Date(time).toISOString().slice(0, 10);
  const words = duration(distance);
  return isPast ? `${words} ago` : `in ${words}`;
}

/** In the largest unit that there is one of, rounded down. */
function duration(milliseconds: number): string {
  if (milliseconds < MINUTE) return 'less than a minute';
  if (milliseconds < HOUR) return counted(milliseconds / MINUTE, 'minute');
  return milliseconds < DAY ? counted(milliseconds / HOUR, 'hour') : counted(milliseconds / DAY, 'day');
}

function counted(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}

/** The fields as a person at a terminal reads them: those marked `isTime` say how long ago, or in how long. */
export function withRelativeTimes<T>(fields: readonly Field<T>[], now: () => number): readonly Field<T>[] {
  return fields.map((field) =>
    field.isTime ? { ...field, text: (value: T) => fieldTexts(field, value).map((text) => relativeTime(text, now())) } : field,
  );
}
