import type { HttpResponse } from './client.ts';

/** The three forms of an HTTP date (RFC 9110 section 5.6.7). */
const HTTP_DATE = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Milliseconds that the answer's `Retry-After` asks to wait (RFC 9110 section 10.2.3): seconds, or a date, which is compared with the server's
 * own clock where it shows it and else with `now`; 0 for a date in the past. Undefined when there is none or it is neither. Not capped. Pure.
 */
export function retryAfter(headers: HttpResponse['headers'], now: number): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) {
    return Number(value) * 1000;
  }
  if (!HTTP_DATE.some((form) => form.test(value))) {
    return undefined;
  }
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  if (Number.isNaN(date)) return undefined;
  const serverNow = Date.parse(headers['date'] ?? '');
  return Math.max(0, date - (Number.isNaN(serverNow) ? now : serverNow));
}

/** What is longer is a mistake of the server, and no date can be told. */
const LONGEST_S = 366 * 24 * 3600;

/** The whole seconds after which the server wants to be asked again; undefined when it does not say, or says something without sense. Pure. */
export function secondsToWait({ headers }: Pick<HttpResponse, 'headers'>): number | undefined {
  const seconds = Math.ceil((retryAfter(headers, Number.NaN) ?? Number.NaN) / 1000);
  return seconds <= LONGEST_S ? seconds : undefined;
}

/** The same in words, with the time of day for what is longer than a minute: `run it again in 2 h, after 2026-01-31 11:30 UTC`. Pure. */
export function whenToComeBack(response: Pick<HttpResponse, 'headers'>): string | undefined {
  const seconds = secondsToWait(response);
  if (seconds === undefined) return undefined;
  const start = Date.parse(response.headers['date'] ?? '');
  const isLong = seconds > 60 && !Number.isNaN(start);
  const time = isLong ? `, after ${new Date(start + seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
  return `run it again in ${inWords(seconds)}${time}`;
}

function inWords(seconds: number): string {
  if (seconds <= 120) return `${seconds} s`;
  return seconds <= 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
