import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError, isCliError } from '../../errors.ts';
import { type CommandLine, flowkiwi } from '../../hint.ts';
import { emailProblem, instanceNameProblem, organizationNameProblem } from '../../identity/zitadel/rules.ts';
import type { Machine } from '../instance/zitadel-owner.ts';
import { askForMissing } from '../kit/ask.ts';
import type { Fields } from '../org/zitadel-setup.ts';

/** What the flags of `onboard` say at ZITADEL. */
export interface ZitadelFlags extends Fields, Machine {
  readonly orgName: string | undefined;
  readonly instanceName: string | undefined;
  readonly passwordStdin: boolean;
  readonly passwordChangeRequired: boolean;
}

/** What is made: an organization in the profile's instance with its administrator, or an instance of its own with its owner. */
export type Kind = 'organization' | 'instance';

/** The flags that only one of them has a use for, by their keys. */
const ONLY_FOR: Readonly<Record<Kind, readonly (readonly [keyof ZitadelFlags, string])[]>> = {
  organization: [
    ['nickName', '--nick-name'],
    ['displayName', '--display-name'],
    ['phone', '--phone'],
    ['phoneVerified', '--phone-verified'],
    ['gender', '--gender'],
    ['role', '--role'],
  ],
  instance: [
    ['machine', '--machine'],
    ['machineUserName', '--machine-user-name'],
    ['patOut', '--pat-out'],
    ['patExpires', '--pat-expires'],
    ['keyOut', '--key-out'],
    ['keyExpires', '--key-expires'],
    ['passwordChangeRequired', '--password-change-required'],
  ],
};

const EXAMPLES: Readonly<Record<Kind, CommandLine>> = {
  organization: flowkiwi(
    ...['onboard', '--org-name', 'Acme Corp', '--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe'],
    ...['--email', 'jane@acme.example'],
  ),
  instance: flowkiwi(
    ...['onboard', '--instance-name', 'Acme EU', '--machine', 'Setup', '--machine-user-name', 'setup', '--key-out', 'acme.json'],
  ),
};

/**
 * What is to be made, by the flags; a person who may make both is asked. Throws `usage` where the flags do not say it and nobody can be asked,
 * and for a flag that the other one has.
 */
export async function kindWanted({ prompter }: Context, { systemUser }: Profile, flags: ZitadelFlags): Promise<Kind> {
  const isInstance = flags.instanceName !== undefined || given(flags, 'instance').length > 0;
  const named = isInstance ? 'instance' : flags.orgName === undefined ? undefined : 'organization';
  if (named !== undefined) return checked(named, flags);
  if (!prompter)
    throw new CliError('usage', '--org-name or --instance-name is missing', {
      hint: { say: 'for example', command: EXAMPLES.organization },
    });
  if (systemUser === undefined) return checked('organization', flags);
  const kind = await prompter.choose<Kind>({
    message: 'Set up:',
    choices: [
      { value: 'organization', name: 'An organization', detail: 'in the instance of the profile' },
      { value: 'instance', name: 'A new instance', detail: 'with users and a domain of its own' },
    ],
  });
  return checked(kind, flags);
}

function checked(kind: Kind, flags: ZitadelFlags): Kind {
  const other = kind === 'instance' ? 'organization' : 'instance';
  const [stray] = given(flags, other);
  if (stray === undefined) return kind;
  throw new CliError('usage', `${stray} means nothing to ${kind === 'instance' ? 'an instance' : 'an organization'}`, {
    hint:
      kind === 'instance'
        ? 'leave it out, or create an organization alone, without --instance-name'
        : 'leave it out, or name the instance with --instance-name',
  });
}

function given(flags: ZitadelFlags, kind: Kind): readonly string[] {
  const isGiven = (value: unknown) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return ONLY_FOR[kind].flatMap(([key, name]) => (isGiven(flags[key]) ? [name] : []));
}

/** Whether the flags say nothing of an organization to create, so that one that is there may be meant. */
export function mayBeExisting(flags: ZitadelFlags): boolean {
  const { orgName, userName, firstName, lastName, email } = flags;
  return [orgName, userName, firstName, lastName, email].every((value) => value === undefined) && given(flags, 'organization').length === 0;
}

/** The flags, with what a person has answered. Throws one `usage` that names all that is missing where there is nobody to ask. */
export async function askAboutOrganization(context: Context, flags: ZitadelFlags): Promise<ZitadelFlags & { readonly orgName: string }> {
  const orgName = flags.orgName ?? (context.prompter && (await askForFreeName(context)));
  const { name, ...person } = await askForMissing(context, EXAMPLES.organization, {
    name: { given: orgName, kind: 'name', what: '--org-name', message: 'Name of the organization:', problem: organizationNameProblem },
    ...personQuestions(flags, 'administrator'),
  });
  return { ...flags, ...person, orgName: name };
}

/** The same for an instance, whose owner is a person or a machine. */
export async function askAboutInstance(context: Context, flags: ZitadelFlags): Promise<ZitadelFlags & { readonly instanceName: string }> {
  const named = {
    name: {
      given: flags.instanceName,
      kind: 'name',
      what: '--instance-name',
      message: 'Name of the instance:',
      problem: instanceNameProblem,
    },
  } as const;
  if (await isForMachine(context, flags)) {
    const machine = {
      machine: { given: flags.machine, kind: 'name', what: '--machine', message: 'Name of the machine that owns it:' },
      machineUserName: { given: flags.machineUserName, kind: 'name', what: '--machine-user-name', message: 'User name of the machine:' },
    } as const;
    const { name, ...owner } = await askForMissing(context, EXAMPLES.instance, { ...named, ...machine });
    return { ...flags, ...owner, instanceName: name };
  }
  const { name, ...owner } = await askForMissing(context, EXAMPLES.instance, { ...named, ...personQuestions(flags, 'owner') });
  return { ...flags, ...owner, instanceName: name };
}

async function isForMachine({ prompter }: Context, flags: ZitadelFlags): Promise<boolean> {
  const { userName, firstName, lastName, email, emailVerified, passwordStdin, passwordChangeRequired } = flags;
  if (given({ ...flags, passwordChangeRequired: false }, 'instance').length > 0) return true;
  const isPerson = [userName, firstName, lastName, email].some((value) => value !== undefined) || emailVerified || passwordStdin;
  if (isPerson || passwordChangeRequired || !prompter) return false;
  return prompter.choose({
    message: 'Owner of the instance:',
    choices: [
      { value: false, name: 'A person', detail: 'who signs in in a browser' },
      { value: true, name: 'A machine', detail: 'for scripts, with a key or a token' },
    ],
  });
}

function personQuestions({ userName, firstName, lastName, email }: ZitadelFlags, who: string) {
  const problem = (answer: string) => (answer.trim() === '' ? 'This cannot be empty' : undefined);
  return {
    userName: { given: userName, kind: 'name', what: '--user-name', message: `Login name of its ${who}:`, problem },
    firstName: { given: firstName, kind: 'name', what: '--first-name', message: 'First name:', problem },
    lastName: { given: lastName, kind: 'name', what: '--last-name', message: 'Last name:', problem },
    email: { given: email, kind: 'setting', what: '--email', message: 'Mail address:', problem: emailProblem },
  } as const;
}

/** A name that no organization has, so that nobody answers all the rest for nothing. */
async function askForFreeName(context: Context): Promise<string | undefined> {
  for (;;) {
    const name = await context.prompter?.text({ kind: 'name', message: 'Name of the organization:', problem: organizationNameProblem });
    const taken = name === undefined ? undefined : await findIfAllowed(context, name);
    if (taken === undefined) return name;
    await context.messages.warning(`there is an organization ${taken.name} (${taken.id}) already; names are unique`);
  }
}

/** Undefined also for somebody who may not search. */
async function findIfAllowed(context: Context, name: string) {
  try {
    return await (await context.zitadel()).findOrganization(name);
  } catch (error) {
    if (isCliError(error) && error.code === 'forbidden') return undefined;
    throw error;
  }
}
