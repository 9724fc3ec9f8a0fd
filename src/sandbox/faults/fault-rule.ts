import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { needsDatabase } from './database-down.ts';
import { pathMatcher } from './path-pattern.ts';

/** What happens to a request instead of, or besides, its answer. */
export type FaultEffect =
  /** With `Retry-After` where there are seconds. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: number | undefined }
  /** The request has its effect, and a gateway's page takes the place of the answer. */
  | { readonly kind: 'status-after'; readonly status: number }
  /** Any time between the two. */
  | { readonly kind: 'latency'; readonly leastMs: number; readonly mostMs: number }
  /** The connection is cut before the request has any effect, after it, or in the middle of the answer's body. */
  | { readonly kind: 'reset-before' | 'reset-after' | 'truncate' }
  /** ZITADEL answers as it does when its database is away. */
  | { readonly kind: 'database-down' };

/** A fault for the requests that it matches. */
export interface FaultRule {
  /** As it was written: `POST /api/organizations=503x2`. */
  readonly text: string;
  readonly effect: FaultEffect;
  /** How many requests it applies to; infinite when the rule names no number. */
  readonly times: number;
  /** For how long, in milliseconds from when it is set; infinite when the rule names no time. */
  readonly forMs: number;
  /** How likely it applies to a request that it matches: above 0, to 1. */
  readonly chance: number;
  /** Whether it is for a request of that method and path, the path without its query. */
  readonly matches: (method: string, path: string) => boolean;
}

const LONGEST_LATENCY_MS = 600_000;
const LONGEST_RETRY_AFTER = 86_400;

/** What a server that is busy says, when the rule does not: come back in so many seconds. */
const RETRY_AFTER: Readonly<Record<number, number>> = { 429: 1, 503: 1 };

const GRAMMAR = helpWith(
  'write [METHOD ]PATH=EFFECT[@CHANCE%][xTIMES]: EFFECT is a status from 400 to 599, also followed by :RETRY_AFTER_SECONDS or -after, ' +
    "latency:MS, latency:MS-MS, reset-before, reset-after or truncate, and * in PATH is any text, as in 'POST /api/organizations=503x2'; or database-down[@TIME], for ZITADEL",
  ...['help', 'sandbox'],
);

/** Reads a rule. Throws `usage` with the grammar when it is none. */
export function parseFaultRule(text: string): FaultRule {
  const databaseDown = parseDatabaseDown(text);
  if (databaseDown) return databaseDown;
  const parts = /^(?:([a-z]+|\*)\s+)?(\S+?)\s*=\s*([^=\s]+)$/i.exec(text.trim());
  if (!parts) throw invalidRule(text, text.includes('=') ? 'it has not the form of one' : 'it has no =EFFECT');
  const [, method = '*', path = '', effect = ''] = parts;
  if (!path.startsWith('/') && !path.startsWith('*')) throw invalidRule(text, `its path ${JSON.stringify(path)} does not begin with /`);
  if (/[?#]/.test(path)) throw invalidRule(text, 'a path is matched without its query');
  if (/^\/_sandbox(?:\/|\*|$)/.test(path)) throw invalidRule(text, "the sandbox's own controls never fail");
  const [, what = effect, percentage, count] = /^(.*?)(?:@(\d+(?:\.\d+)?)%)?(?:x(\d+))?$/.exec(effect) ?? [];
  const times = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  const chance = percentage === undefined ? 1 : Number(percentage) / 100;
  if (times === 0 || chance === 0) throw invalidRule(text, 'it is for no request at all');
  if (chance > 1) throw invalidRule(text, `its chance ${percentage}% is more than 100%`);
  const isPath = pathMatcher(path);
  const wanted = method.toUpperCase();
  return {
    text: text.trim(),
    effect: parseEffect(what, text),
    times,
    forMs: Number.POSITIVE_INFINITY,
    chance,
    matches: (actual, actualPath) => (wanted === '*' || wanted === actual) && isPath(actualPath),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** `database-down`, also for a while: `database-down@5s`. It is for all that ZITADEL answers, and for signing in. */
function parseDatabaseDown(text: string): FaultRule | undefined {
  const [whole, amount, unit = ''] = /^database-down(?:@(\d+)(ms|s|m))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const forMs = amount === undefined ? Number.POSITIVE_INFINITY : Number(amount) * (UNITS[unit] ?? 0);
  const matches = (_method: string, path: string) => needsDatabase(path);
  return { text: whole, effect: { kind: 'database-down' }, times: Number.POSITIVE_INFINITY, forMs, chance: 1, matches };
}

function parseEffect(what: string, text: string): FaultEffect {
  if (what === 'reset-before' || what === 'reset-after' || what === 'truncate') return { kind: what };
  const [, status, after, seconds] = /^([45]\d\d)(?:(-after)|:(\d{1,9}))?$/.exec(what) ?? [];
  if (after !== undefined) return { kind: 'status-after', status: Number(status) };
  if (status !== undefined && Number(seconds ?? 0) <= LONGEST_RETRY_AFTER) {
    const retryAfter = seconds === undefined ? RETRY_AFTER[Number(status)] : Number(seconds);
    return { kind: 'status', status: Number(status), retryAfter };
  }
  const [, least, most = least] = /^latency:(\d{1,9})(?:-(\d{1,9}))?$/.exec(what) ?? [];
  const [leastMs, mostMs] = [Number(least), Number(most)];
  if (leastMs <= mostMs && mostMs <= LONGEST_LATENCY_MS) return { kind: 'latency', leastMs, mostMs };
  throw invalidRule(text, `there is no effect ${JSON.stringify(what)}`);
}

function invalidRule(text: string, reason: string): CliError {
  return new CliError('usage', `${JSON.stringify(text)} is not a fault rule: ${reason}`, { hint: GRAMMAR });
}
