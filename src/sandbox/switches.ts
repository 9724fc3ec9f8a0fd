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
} as const;

type Choices = typeof CHOICES;

/** How the sandbox answers where the documentation leaves it open (contract section 10.7). */
export type Switches = { readonly [Name in keyof Choices]: Choices[Name][number] } & {
  /** Larger pages are silently made that small; undefined for no maximum. */
  readonly maxItemsPerPage: number | undefined;
};

const DEFAULTS: Switches = {
  duplicateHandle: '422',
  nonEmptyOrgDelete: '409',
  transferRuleViolation: '422',
  unauthenticated: 'problem',
  maxItemsPerPage: undefined,
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
  return [...Object.entries(CHOICES).map(([name, choices]) => `${name}=${choices.join('|')}`), 'maxItemsPerPage=NUMBER'].join(', ');
}
