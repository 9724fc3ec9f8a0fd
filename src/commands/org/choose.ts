import type { Choice, ChoiceQuestion } from '../../context/choices.ts';
import type { Context } from '../../context/context.ts';
import type { SeenOrganization } from '../../context/organizations.ts';
import type { Effect } from '../../context/pins.ts';
import type { ProviderName } from '../../context/provider-defaults.ts';
import { isCliError } from '../../errors.ts';
import type { CommandLine } from '../../hint.ts';
import type { ZitadelIdentity } from '../../identity/zitadel/zitadel-identity.ts';
import { askIfMissing } from '../kit/ask.ts';
import { nameAndId } from '../kit/result.ts';

/** Organizations of ZITADEL that are read at once; where there are more, the server searches for what is typed. */
const AT_ONCE = 100;

interface OrganizationQuestion {
  /** A command line that names one. */
  readonly example: CommandLine;
  /** As the user would give it; `ORG` when absent. */
  readonly what?: string;
  readonly message?: string;
}

/**
 * ORG as a command line gives it, else the id of the one that a person chooses, or what they type where they mean another one. Throws `usage`
 * without an interactive terminal.
 */
export async function organizationGiven(
  context: Context,
  given: string | undefined,
  { example, what = 'ORG', message = 'Organization:' }: OrganizationQuestion,
): Promise<string> {
  const chosen = given ?? (await chooseOrganization(context, { message, others: [ANOTHER] }));
  return askIfMissing(context, chosen === ANOTHER.value ? undefined : chosen, {
    kind: 'reference',
    what,
    example,
    message: 'Id or name of the organization:',
  });
}

/**
 * Id of the organization that a command works in: the given one, that of `--org`, the current one, else the one that a person chooses. A command
 * that only reads takes the only one that there is, and says so. Throws `usage` when there is none.
 */
export async function workingOrganization(context: Context, effect: Effect, given = context.options.org): Promise<string> {
  const organizations = await context.organizations();
  if (given !== undefined || !context.prompter) return organizations.target(given);
  const current = await organizations.current();
  if (current !== undefined) return current;
  const offered = await offeredTo(context);
  const [only, ...more] = offered.choices;
  if (only === undefined) return organizations.target(undefined);
  if (effect !== 'reads' || more.length > 0) return context.prompter.choose({ message: 'Organization:', ...offered });
  await context.messages.notice(`Using ${nameAndId({ id: only.value, name: only.name })}, the only one known`);
  return only.value;
}

/** Lets a person choose an organization that the profile knows. Undefined where there is nobody to ask, or none is known. */
export async function chooseKnown({ prompter, organizations }: Context, message: string): Promise<string | undefined> {
  const { known } = await (await organizations()).read();
  return known.length === 0 ? undefined : prompter?.choose({ message, choices: known.map(choiceOf) });
}

/** Lets a person go on in an organization that is there: its id. Undefined where they want a new one, where there is none, and where there is nobody to ask. */
export async function chooseExisting(context: Context): Promise<string | undefined> {
  const create: Choice<string> = { value: '', name: 'Create a new organization', detail: '' };
  return (await chooseOrganization(context, { message: 'Organization:', others: [create] })) || undefined;
}

/** Another one than those that are offered, which is typed. */
const ANOTHER: Choice<string> = { value: '', name: 'Another one, by its id or name', detail: '' };

/**
 * Lets a person choose an organization: its id, or a value of `others`. Undefined where there is nobody to ask, or none to choose. The current one is
 * taken by Enter.
 */
export async function chooseOrganization(
  context: Context,
  question: Pick<ChoiceQuestion<string>, 'message' | 'others'>,
): Promise<string | undefined> {
  if (!context.prompter) return undefined;
  const { id: current } = await (await context.organizations()).shownCurrent();
  const offered = await offeredTo(context);
  if (offered.choices.length === 0) return undefined;
  return context.prompter.choose({ ...question, ...offered, default: current });
}

async function offeredTo(context: Context): Promise<Offered> {
  return OFFERED[(await context.profile()).provider](context);
}

type Offered = Pick<ChoiceQuestion<string>, 'choices' | 'find'>;

/** Flowkiwi publishes no listing. ZITADEL is searched, where it lets the person who is signed in. */
const OFFERED: Readonly<Record<ProviderName, (context: Context) => Promise<Offered>>> = {
  flowkiwi: knownOnes,
  zitadel: async (context) => {
    try {
      return await searchedChoices(await context.zitadel());
    } catch (error) {
      if (!isCliError(error) || context.edges.interruption.aborted) throw error;
      return knownOnes(context);
    }
  },
};

async function knownOnes({ organizations }: Context): Promise<Offered> {
  return { choices: (await (await organizations()).read()).known.map(choiceOf) };
}

async function searchedChoices(zitadel: ZitadelIdentity): Promise<Offered> {
  const find = async (name: string | undefined) => {
    const found: Choice<string>[] = [];
    for await (const organization of zitadel.listOrganizations({ name, limit: AT_ONCE })) found.push(choiceOf(organization));
    return found;
  };
  const choices = await find(undefined);
  return { choices, find: choices.length < AT_ONCE ? undefined : find };
}

function choiceOf({ id, name }: SeenOrganization): Choice<string> {
  return { value: id, name: name ?? '', detail: id };
}
