import { type ForProvider, PROVIDER_DEFAULTS, PROVIDERS } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import type { TextKind } from '../../incoming-text.ts';
import { both } from './provider.ts';

/** What the value of an option looks like: `duration` is `30s`, `2m`, `500ms`, `1h` or a number of seconds. */
export type OptionType = 'boolean' | 'string' | 'integer' | 'duration';

/** An option of a command: how the parser declares it, and how its value is checked. */
export interface Option<T> {
  /** As the parser takes it: `--handle <handle>`, `--no-use`. */
  readonly flags: string;
  readonly summary: string;
  /** What its value is; undefined for a switch, which has none. */
  readonly kind: TextKind | undefined;
  /** What its value looks like; a switch is `boolean`. */
  readonly type: OptionType;
  /** Heading in the help that it stands under; undefined for the command's own. */
  readonly group?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  /** Values that completion offers, where it takes others as well. */
  readonly suggested?: readonly string[] | undefined;
  /** Which providers have a use for it. */
  readonly isFor: ForProvider;
  /** May be given several times; the parser stores all values, in their order. */
  readonly repeatable?: boolean;
  /** Key under which the parser stores the value. */
  readonly attribute: string;
  /** Checks what the parser stored. Throws `usage`. */
  readonly read: (raw: unknown) => T;
}

/** The same options, for a profile of some providers only; the help says so. */
export function onlyFor<O extends Readonly<Record<string, Option<unknown>>>>(isFor: ForProvider, options: O): O {
  const titles = PROVIDERS.filter((name) => isFor[name]).map((name) => PROVIDER_DEFAULTS[name].title);
  const group = `Options for ${titles.join(' and ')}:`;
  const entries = Object.entries(options).map(([key, option]) => [key, { ...option, isFor, group }]);
  // The same keys with the same kinds of options: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries(entries) as O;
}

/** Whether an option was given, by what the parser stored: a switch that is on unless it is given is always stored. */
export function isGiven({ flags }: Option<unknown>, raw: unknown): boolean {
  return raw !== undefined && (!flags.startsWith('--no-') || raw === false);
}

/** The long name of an option. */
export function optionName({ flags }: Option<unknown>): string {
  return nameOf(flags);
}

/** A switch: `--device`; declared as `--no-use` it is true unless given. */
export function flag(flags: string, summary: string): Option<boolean> {
  return {
    ...declared(flags, undefined, summary, 'boolean'),
    read: (raw) => (flags.startsWith('--no-') ? raw !== false : raw === true),
  };
}

/** An option with a text value. */
export function text(flags: string, kind: TextKind, summary: string): Option<string | undefined> {
  return { ...declared(flags, kind, summary), read: (raw) => (typeof raw === 'string' ? raw : undefined) };
}

/** An option with a text value that may be given several times. */
export function texts(flags: string, kind: TextKind, summary: string): Option<readonly string[]> {
  return {
    ...declared(flags, kind, summary),
    repeatable: true,
    read: (raw) => (Array.isArray(raw) ? raw.filter((value) => typeof value === 'string') : []),
  };
}

/** An option with one of a few values. */
export function choice<const C extends string>(flags: string, choices: readonly C[], summary: string): Option<C | undefined> {
  return {
    ...declared(flags, 'setting', summary),
    choices,
    read: (raw) => {
      if (raw === undefined) return undefined;
      const chosen = choices.find((known) => known === raw);
      if (chosen !== undefined) return chosen;
      throw new CliError('usage', `${nameOf(flags)} takes ${alternatives(choices)}, not ${JSON.stringify(raw)}`, {
        hint: `for example ${nameOf(flags)} ${choices[0]}`,
      });
    },
  };
}

/** An option with some of a few values: it may be given several times. */
export function choices<const C extends string>(flags: string, known: readonly C[], summary: string): Option<readonly C[]> {
  const one = choice(flags, known, summary);
  return {
    ...one,
    repeatable: true,
    read: (raw) => (Array.isArray(raw) ? raw : []).map((value: unknown) => one.read(value)).filter((value) => value !== undefined),
  };
}

/** An option with a whole number in a range. */
export function integer(
  flags: string,
  { min, max }: { readonly min: number; readonly max: number },
  summary: string,
): Option<number | undefined> {
  return {
    ...declared(flags, 'setting', summary, 'integer'),
    read: (raw) => {
      if (raw === undefined) return undefined;
      const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
      if (value >= min && value <= max) return value;
      throw new CliError('usage', `${nameOf(flags)} takes a whole number from ${min} to ${max}, not ${JSON.stringify(raw)}`, {
        hint: `for example ${nameOf(flags)} ${min}`,
      });
    },
  };
}

/** `30s`, `2m`, `500ms`, `1h`, or a number of seconds, as milliseconds. */
export function duration(flags: string, summary: string): Option<number | undefined> {
  return {
    ...declared(flags, 'setting', summary, 'duration'),
    read: (raw) => {
      if (raw === undefined) return undefined;
      const milliseconds = typeof raw === 'string' ? parseDuration(raw) : undefined;
      if (milliseconds !== undefined) return milliseconds;
      throw new CliError('usage', `${nameOf(flags)} takes a duration, not ${JSON.stringify(raw)}`, {
        hint: `for example ${nameOf(flags)} 500ms, 30s, 2m or 1h`,
      });
    },
  };
}

/** What every option has: nothing that only some providers have a use for. */
function declared(flags: string, kind: TextKind | undefined, summary: string, type: OptionType = 'string') {
  return { flags, kind, type, summary, isFor: both(true), attribute: attributeOf(flags) };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** The longest wait that timers can carry, a little under 25 days. */
const LONGEST_MS = 2_147_483_647;

/** Milliseconds of a duration such as `30s`; undefined when it is none, zero or too long. */
function parseDuration(value: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value.trim()) ?? [];
  const milliseconds = Math.round(Number(amount) * (UNITS[unit ?? 's'] ?? Number.NaN));
  return milliseconds > 0 && milliseconds <= LONGEST_MS ? milliseconds : undefined;
}

/** `--if-exists <what>` is stored as `ifExists`, `--no-use` as `use`. */
function attributeOf(flags: string): string {
  return nameOf(flags)
    .replace(/^--(?:no-)?/, '')
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function nameOf(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

/** `table, json or id`. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
