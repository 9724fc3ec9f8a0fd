// Numbers and times in words.

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const CLOCK_TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const NUMBER = new Intl.NumberFormat('en');

/** @param {number} value */
export function number(value) {
  return NUMBER.format(value);
}

/** `1 organization`, `2,000 organizations`.
 * @param {number} value
 * @param {string} noun */
export function counted(value, noun) {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `an organization`.
 * @param {string} noun */
export function withArticle(noun) {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** @param {string} time as ISO 8601 */
export function date(time) {
  return DATE.format(new Date(time));
}

/** @param {string} time as ISO 8601 */
export function clockTime(time) {
  return CLOCK_TIME.format(new Date(time));
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds >= 10_000) return `${number(Math.round(milliseconds / 1000))} s`;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** @param {number} bytes */
export function size(bytes) {
  return bytes < 1000 ? counted(bytes, 'byte') : `${(bytes / 1000).toFixed(1)} kB`;
}
