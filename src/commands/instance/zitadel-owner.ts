import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { type Body, bodyOf, checkedBody } from '../../identity/zitadel/body-fields.ts';
import { HUMAN_INSTANCE_FIELDS, MACHINE_INSTANCE_FIELDS } from '../../identity/zitadel/request-fields.ts';
import { emailProblem, instanceNameProblem } from '../../identity/zitadel/rules.ts';
import { askForMissing } from '../kit/ask.ts';
import { newPassword } from '../kit/new-password.ts';
import type { SecretsWanted } from './zitadel-secrets.ts';

export interface Common {
  readonly firstOrg: string | undefined;
  readonly domain: string | undefined;
  readonly language: string | undefined;
}

/** A person who is to own the instance. */
export interface Human {
  readonly userName: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly passwordStdin: boolean;
  readonly passwordChangeRequired: boolean;
}

/** A machine that is to own it. */
export interface Machine {
  readonly machine: string | undefined;
  readonly machineUserName: string | undefined;
  readonly patOut: string | undefined;
  readonly patExpires: string | undefined;
  readonly keyOut: string | undefined;
  readonly keyExpires: string | undefined;
}

const WHAT = 'an instance';
const EXAMPLE_HUMAN = flowkiwi(
  ...[
    'instance',
    'create',
    'Acme EU',
    '--domain',
    'acme.example',
    '--user-name',
    'jane',
    '--first-name',
    'Jane',
    '--last-name',
    'Doe',
    '--email',
    'jane@acme.example',
  ],
);
const EXAMPLE_MACHINE = flowkiwi(
  ...['instance', 'create', 'Acme EU', '--machine', 'Provisioning', '--machine-user-name', 'provisioning', '--pat-out', 'acme.pat'],
);

/**
 * Puts the request together, for the one owner that is given; a person is asked for what is needed and absent. Throws `usage` and `invalid`
 * before anything is sent.
 */
export async function newInstance(
  context: Context,
  name: string | undefined,
  common: Common,
  human: Human,
  machine: Machine,
): Promise<Body> {
  return isGiven(machine) ? machineOwned(context, name, common, machine) : humanOwned(context, name, common, human);
}

/** Throws `usage` when both a person and a machine are to own the instance. */
export function checkOneOwner(human: Human, machine: Machine): void {
  if (!isGiven(human) || !isGiven(machine)) return;
  throw new CliError('usage', 'an instance is owned by a person or by a machine, not by both', {
    hint: '--user-name and what goes with it, or --machine and what goes with it',
  });
}

/** The secrets that a machine is to have: none when a person owns the instance, and at least one when it does, or it could never sign in. */
export function secretsWanted(machine: Machine): SecretsWanted {
  const { patOut, patExpires, keyOut, keyExpires } = machine;
  const key = keyOut !== undefined || keyExpires !== undefined;
  const pat = patOut !== undefined || patExpires !== undefined || (isGiven(machine) && !key);
  return { pat, patOut, key, keyOut };
}

/** Whether anything is said about an owner. */
function isGiven(owner: Human | Machine): boolean {
  return Object.values(owner).some((value) => value !== undefined && value !== false);
}

async function humanOwned(context: Context, name: string | undefined, common: Common, human: Human): Promise<Body> {
  const filled = (answer: string) => (answer.trim() === '' ? 'This cannot be empty' : undefined);
  const needed = await askForMissing(context, EXAMPLE_HUMAN, {
    name: nameQuestion(name),
    userName: { given: human.userName, kind: 'name', what: '--user-name', message: 'Login name of the owner:', problem: filled },
    firstName: { given: human.firstName, kind: 'name', what: '--first-name', message: 'First name:', problem: filled },
    lastName: { given: human.lastName, kind: 'name', what: '--last-name', message: 'Last name:', problem: filled },
    email: { given: human.email, kind: 'setting', what: '--email', message: 'Mail address:', problem: emailProblem },
  });
  const values = {
    ...commonValues(needed.name, common),
    'human.userName': needed.userName,
    'human.profile.firstName': needed.firstName,
    'human.profile.lastName': needed.lastName,
    'human.profile.preferredLanguage': common.language,
    'human.email.email': needed.email,
    'human.email.isEmailVerified': human.emailVerified,
  };
  // A person who is asked for a password has given everything else right.
  checkedBody(HUMAN_INSTANCE_FIELDS, bodyOf(values), WHAT, 'flag');
  const password = await newPassword(context, human.passwordStdin);
  if (password === undefined && human.passwordChangeRequired) {
    throw new CliError('usage', '--password-change-required needs a password', { hint: 'give one with --password-stdin, or leave it out' });
  }
  const body = bodyOf({
    ...values,
    'human.password.password': password,
    'human.password.passwordChangeRequired': human.passwordChangeRequired,
  });
  return checkedBody(HUMAN_INSTANCE_FIELDS, body, WHAT, 'flag');
}

async function machineOwned(context: Context, name: string | undefined, common: Common, machine: Machine): Promise<Body> {
  const { patExpires, keyExpires } = machine;
  const { pat, key } = secretsWanted(machine);
  const needed = await askForMissing(context, EXAMPLE_MACHINE, {
    name: nameQuestion(name),
    machine: { given: machine.machine, kind: 'name', what: '--machine', message: 'Name of the machine that owns it:' },
    machineUserName: { given: machine.machineUserName, kind: 'name', what: '--machine-user-name', message: 'User name of the machine:' },
  });
  const now = context.edges.clock.now();
  const body = bodyOf({
    ...commonValues(needed.name, common),
    'machine.userName': needed.machineUserName,
    'machine.name': needed.machine,
    ...(pat && {
      'machine.personalAccessToken': {},
      'machine.personalAccessToken.expirationDate': expiry(patExpires, '--pat-expires', now),
    }),
    ...(key && {
      'machine.machineKey.type': 'KEY_TYPE_JSON',
      'machine.machineKey.expirationDate': expiry(keyExpires, '--key-expires', now),
    }),
  });
  return checkedBody(MACHINE_INSTANCE_FIELDS, body, WHAT, 'flag');
}

function nameQuestion(given: string | undefined) {
  return { given, kind: 'name' as const, what: 'NAME', message: 'Name of the instance:', problem: instanceNameProblem };
}

function commonValues(name: string, { firstOrg, domain, language }: Common) {
  return { instanceName: name, firstOrgName: firstOrg, customDomain: domain?.toLowerCase(), defaultLanguage: language };
}

const DATE = /^(\d{4}-\d\d-\d\d)(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A date, or a date with a time, as RFC 3339 in UTC. Throws `usage` for what is none, such as February 31, and for the past. */
function expiry(given: string | undefined, flag: string, now: number): string | undefined {
  if (given === undefined) return undefined;
  const [, day] = DATE.exec(given) ?? [];
  const time = day !== undefined && isDay(day) ? Date.parse(given) : Number.NaN;
  if (time > now) return new Date(time).toISOString();
  throw new CliError('usage', `${flag} takes a date in the future, not ${JSON.stringify(given)}`, {
    hint: `for example ${flag} 2099-12-31, or ${flag} 2099-12-31T12:00:00Z`,
  });
}

/** Whether the calendar has a day, written as `2030-02-28`: `Date` counts on into the next month. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
