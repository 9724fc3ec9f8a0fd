import { CliError } from '../errors.ts';

/** One thing that the sandbox can do in several ways. */
interface Switch<Value> {
  /** What it is about, for people. */
  readonly about: string;
  /** What it does when nothing is set. */
  readonly initial: Value;
  /** The value that a text stands for; undefined for one that it does not take. */
  readonly read: (text: string) => Value | undefined;
  /** The texts that it takes: in words, as a pattern, and one of them. */
  readonly takes: string;
  readonly pattern: string;
  readonly example: string;
  /** All that it takes; undefined for a number. */
  readonly values?: readonly string[];
}

/** How the sandbox answers where the documentation leaves it open (contract section 10.7), and how its ZITADEL differs from a perfect one. */
const SWITCHES = {
  duplicateHandle: choice('A handle that is taken: a violation, or a conflict.', '422', '409'),
  nonEmptyOrgDelete: choice(
    'Deleting an organization that still has instances: as the reference says, or as the text beside it says.',
    '409',
    '403',
  ),
  transferRuleViolation: choice(
    'A transfer to an organization that is not authorized, or that owns the instance already.',
    '422',
    '409',
    '403',
  ),
  idempotencyKeys: choice('Whether a create with an Idempotency-Key is carried out once, however often it comes.', 'off', 'on'),
  unauthenticated: choice(
    'A request without a valid token: a problem (no body when there was a token), no body ever, or the JSON of the JWT bundle.',
    'problem',
    'empty',
    'lexik',
  ),
  tokenExchange: choice("Whether the token endpoint does token exchange (RFC 8693), as the server's metadata say.", 'on', 'off'),
  accessTokenSeconds: number('How many seconds an access token lasts that the token endpoint issues.', 60 * 60, {
    least: 1,
    takes: 'a number of seconds, 1 or more',
    pattern: 'SECONDS',
    example: '60',
  }),
  zitadel: choice(
    'Which ZITADEL the sandbox stands in for: the two differ in what they can sort by, in their texts and in what is on Connect.',
    '4.0',
    '2.70',
  ),
  zitadelErrors: choice(
    "Errors of gRPC itself in ZITADEL's APIs: as they are, or inside a 500 as from version 4.11.0 to 4.13.1.",
    'plain',
    'wrapped',
  ),
  zitadelQuota: choice('The quota of requests to an instance; the system API has none.', 'unlimited', 'exhausted'),
  zitadelInstance: choice('Whether the limits of an instance block it; the system API is never blocked.', 'running', 'blocked'),
  zitadelDomains: choice(
    'Whether a domain that is added to an organization is verified at once, or by a token; where it is not, one under .invalid never is.',
    'trusted',
    'validated',
  ),
  zitadelMfa: choice("Whether people need a second factor for ZITADEL's APIs, which no sign-in here has.", 'optional', 'required'),
  zitadelCreateInstance: choice('Creating an instance: as it should be, or a 500 although the instance exists.', 'complete', 'partial'),
  maxItemsPerPage: number('Larger pages are silently made that small.', 1_000, {
    least: 1,
    takes: 'a whole number',
    pattern: 'NUMBER',
    example: '100',
  }),
  lag: number("By how many milliseconds ZITADEL's projections lag behind what was written.", 0, {
    least: 0,
    takes: 'a number of milliseconds',
    pattern: 'MILLISECONDS',
    example: '2000',
  }),
};

export type Switches = { readonly [Name in keyof typeof SWITCHES]: (typeof SWITCHES)[Name]['initial'] };

/** Reads switches written as `duplicateHandle=409`; a later one wins. Throws `usage` for an unknown name or value. */
export function readSwitches(texts: readonly string[]): Switches {
  const initial = Object.entries(SWITCHES).map(([name, { initial }]) => [name, initial]);
  const read = texts.map(readSwitch);
  // The names of the table, each with a value of its switch: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries([...initial, ...read]) as Switches;
}

/** The name and the value of one switch. */
function readSwitch(text: string): readonly [name: string, value: string | number] {
  const [, name = '', written = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (!isSwitchName(name)) {
    const grammar = Object.entries(SWITCHES).map(([known, { pattern }]) => `${known}=${pattern}`);
    throw new CliError('usage', `${JSON.stringify(text)} is not a switch`, { hint: `write NAME=VALUE: ${grammar.join(', ')}` });
  }
  const { read, takes, example } = SWITCHES[name];
  const value = read(written);
  if (value !== undefined) return [name, value];
  throw new CliError('usage', `the switch ${name} takes ${takes}, not ${JSON.stringify(written)}`, {
    hint: `for example ${name}=${example}`,
  });
}

/** Every switch for people: what it is about, its usual value, and what it takes (`values` is null for a number). */
export function describeSwitches() {
  return Object.entries(SWITCHES).map(([name, { about, initial, takes, values = null }]) => ({
    name,
    about,
    usual: initial,
    takes,
    values,
  }));
}

function isSwitchName(name: string): name is keyof typeof SWITCHES {
  return Object.hasOwn(SWITCHES, name);
}

/** One of a few values; the first is the initial one, the second the example. */
function choice<const Value extends string>(about: string, ...values: readonly [Value, Value, ...Value[]]): Switch<Value> {
  const [initial, example] = values;
  const read = (text: string) => values.find((value) => value === text);
  return { about, initial, read, takes: values.join(' or '), pattern: values.join('|'), example, values };
}

/** A whole number of at most nine digits. */
function number(
  about: string,
  initial: number,
  { least, ...words }: Pick<Switch<unknown>, 'takes' | 'pattern' | 'example'> & { readonly least: number },
): Switch<number> {
  const read = (text: string) => (/^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined);
  return { about, initial, read, ...words };
}
