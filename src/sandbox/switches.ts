import { CliError } from '../errors.ts';

/** One thing that the sandbox can do in several ways. */
interface Switch<Value> {
  /** What it does when nothing is set. */
  readonly initial: Value;
  /** The value that a text stands for; undefined for one that it does not take. */
  readonly read: (text: string) => Value | undefined;
  /** The texts that it takes: in words, as a pattern, and one of them. */
  readonly takes: string;
  readonly pattern: string;
  readonly example: string;
}

/** How the sandbox answers where the documentation leaves it open (contract section 10.7), and how its ZITADEL differs from a perfect one. */
const SWITCHES = {
  /** A handle that is taken: a violation, or a conflict. */
  duplicateHandle: choice('422', '409'),
  /** Deleting an organization that still has instances: as the reference says, or as the text beside it says. */
  nonEmptyOrgDelete: choice('409', '403'),
  /** A transfer to an organization that is not authorized, or that owns the instance already. */
  transferRuleViolation: choice('422', '409', '403'),
  /** Whether a create with an `Idempotency-Key` is carried out once, however often it comes. */
  idempotencyKeys: choice('off', 'on'),
  /** A request without a valid token: a problem (no body when there was a token), no body ever, or the JSON of the JWT bundle. */
  unauthenticated: choice('problem', 'empty', 'lexik'),
  /** Whether the token endpoint does token exchange (RFC 8693), as the server's metadata say. */
  tokenExchange: choice('on', 'off'),
  /** How many seconds an access token lasts that the token endpoint issues. */
  accessTokenSeconds: number(60 * 60, { least: 1, takes: 'a number of seconds, 1 or more', pattern: 'SECONDS', example: '60' }),
  /** Which ZITADEL the sandbox stands in for: the two differ in what they can sort by, in their texts and in what is on Connect. */
  zitadel: choice('4.0', '2.70'),
  /** Errors of gRPC itself in ZITADEL's APIs: as they are, or inside a 500 as from version 4.11.0 to 4.13.1. */
  zitadelErrors: choice('plain', 'wrapped'),
  /** The quota of requests to an instance; the system API has none. */
  zitadelQuota: choice('unlimited', 'exhausted'),
  /** Whether the limits of an instance block it; the system API is never blocked. */
  zitadelInstance: choice('running', 'blocked'),
  /** Whether a domain that is added to an organization is verified at once, or by a token; where it is not, one under `.invalid` never is. */
  zitadelDomains: choice('trusted', 'validated'),
  /** Whether people need a second factor for ZITADEL's APIs, which no sign-in here has. */
  zitadelMfa: choice('optional', 'required'),
  /** Creating an instance: as it should be, or a 500 although the instance exists (contract of ZITADEL, section 1.2). */
  zitadelCreateInstance: choice('complete', 'partial'),
  /** Larger pages are silently made that small. */
  maxItemsPerPage: number(1_000, { least: 1, takes: 'a whole number', pattern: 'NUMBER', example: '100' }),
  /** By how many milliseconds ZITADEL's projections lag behind what was written. */
  lag: number(0, { least: 0, takes: 'a number of milliseconds', pattern: 'MILLISECONDS', example: '2000' }),
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

function isSwitchName(name: string): name is keyof typeof SWITCHES {
  return Object.hasOwn(SWITCHES, name);
}

/** One of a few values; the first is the initial one, the second the example. */
function choice<const Value extends string>(...values: readonly [Value, Value, ...Value[]]): Switch<Value> {
  const [initial, example] = values;
  const read = (text: string) => values.find((value) => value === text);
  return { initial, read, takes: values.join(' or '), pattern: values.join('|'), example };
}

/** A whole number of at most nine digits. */
function number(
  initial: number,
  { least, ...words }: Pick<Switch<unknown>, 'takes' | 'pattern' | 'example'> & { readonly least: number },
): Switch<number> {
  const read = (text: string) => (/^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : undefined);
  return { initial, read, ...words };
}
