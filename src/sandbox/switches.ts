import { CliError } from '../errors.ts';

/** Switches with their values; the first is what the sandbox does by itself. */
const CHOICES = {
  /** A handle that is taken: a violation, or a conflict. */
  duplicateHandle: ['422', '409'],
  /** Deleting an organization that still has instances: as the reference says, or as the text beside it says. */
  nonEmptyOrgDelete: ['409', '403'],
  /** A transfer to an organization that is not authorized, or that owns the instance already. */
  transferRuleViolation: ['422', '409', '403'],
  /** A request without a valid token: a problem (no body when there was a token), no body ever, or the JSON of the JWT bundle. */
  unauthenticated: ['problem', 'empty', 'lexik'],
  /** Whether the token endpoint does token exchange (RFC 8693), as the server's metadata say. */
  tokenExchange: ['on', 'off'],
  /** Errors of gRPC itself in ZITADEL's APIs: as they are, or inside a 500 as from version 4.11.0 to 4.13.1. */
  zitadelErrors: ['plain', 'wrapped'],
  /** The quota of requests to an instance; the system API has none. */
  zitadelQuota: ['unlimited', 'exhausted'],
  /** Whether the limits of an instance block it; the system API is never blocked. */
  zitadelInstance: ['running', 'blocked'],
  /** Whether people need a second factor for ZITADEL's APIs, which no sign-in here has. */
  zitadelMfa: ['optional', 'required'],
  /** Creating an instance: as it should be, or a 500 although the instance exists (contract of ZITADEL, section 1.2). */
  zitadelCreateInstance: ['complete', 'partial'],
} as const;

type Choices = typeof CHOICES;

/** How the sandbox answers where the documentation leaves it open (contract section 10.7), and how its ZITADEL differs from a perfect one. */
export type Switches = { readonly [Name in keyof Choices]: Choices[Name][number] } & {
  /** Larger pages are silently made that small; undefined for no maximum. */
  readonly maxItemsPerPage: number | undefined;
  /** By how many milliseconds ZITADEL's projections lag behind what was written. */
  readonly lag: number;
};

const DEFAULTS: Switches = {
  duplicateHandle: '422',
  nonEmptyOrgDelete: '409',
  transferRuleViolation: '422',
  unauthenticated: 'problem',
  tokenExchange: 'on',
  zitadelErrors: 'plain',
  zitadelQuota: 'unlimited',
  zitadelInstance: 'running',
  zitadelMfa: 'optional',
  zitadelCreateInstance: 'complete',
  maxItemsPerPage: undefined,
  lag: 0,
};

/** Reads switches written as `duplicateHandle=409`; a later one wins. Throws `usage` for an unknown name or value. */
export function readSwitches(texts: readonly string[]): Switches {
  let switches = DEFAULTS;
  for (const text of texts) switches = { ...switches, ...readSwitch(text) };
  return switches;
}

function readSwitch(text: string): Partial<Switches> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  switch (name) {
    case 'duplicateHandle':
      return { duplicateHandle: oneOf(name, value) };
    case 'nonEmptyOrgDelete':
      return { nonEmptyOrgDelete: oneOf(name, value) };
    case 'transferRuleViolation':
      return { transferRuleViolation: oneOf(name, value) };
    case 'unauthenticated':
      return { unauthenticated: oneOf(name, value) };
    case 'tokenExchange':
      return { tokenExchange: oneOf(name, value) };
    case 'zitadelErrors':
      return { zitadelErrors: oneOf(name, value) };
    case 'zitadelQuota':
      return { zitadelQuota: oneOf(name, value) };
    case 'zitadelInstance':
      return { zitadelInstance: oneOf(name, value) };
    case 'zitadelMfa':
      return { zitadelMfa: oneOf(name, value) };
    case 'zitadelCreateInstance':
      return { zitadelCreateInstance: oneOf(name, value) };
    case 'lag':
      if (/^\d{1,9}$/.test(value)) return { lag: Number(value) };
      throw new CliError('usage', `the switch lag takes a number of milliseconds, not ${JSON.stringify(value)}`, {
        hint: 'for example lag=2000',
      });
    case 'maxItemsPerPage':
      if (/^[1-9]\d{0,8}$/.test(value)) return { maxItemsPerPage: Number(value) };
      throw new CliError('usage', `the switch maxItemsPerPage takes a whole number, not ${JSON.stringify(value)}`, {
        hint: 'for example maxItemsPerPage=100',
      });
    default:
      throw new CliError('usage', `${JSON.stringify(text)} is no switch`, { hint: `write NAME=VALUE: ${grammar()}` });
  }
}

function oneOf<Name extends keyof Choices>(name: Name, value: string): Choices[Name][number] {
  const choices: readonly Choices[Name][number][] = CHOICES[name];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new CliError('usage', `the switch ${name} takes ${choices.join(' or ')}, not ${JSON.stringify(value)}`, {
    hint: `for example ${name}=${choices[1]}`,
  });
}

function grammar(): string {
  return [
    ...Object.entries(CHOICES).map(([name, choices]) => `${name}=${choices.join('|')}`),
    'maxItemsPerPage=NUMBER',
    'lag=MILLISECONDS',
  ].join(', ');
}
