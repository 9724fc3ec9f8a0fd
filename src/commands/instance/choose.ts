import type { Choice } from '../../context/choices.ts';
import type { Context } from '../../context/context.ts';
import type { Effect } from '../../context/pins.ts';
import { CliError } from '../../errors.ts';
import { type CommandLine, helpWith } from '../../hint.ts';
import type { Instance } from '../../identity/instance.ts';
import type { InstanceQuery } from '../../identity/provider.ts';
import { askIfMissing } from '../kit/ask.ts';

/** Instances that are read at once; where there are more, the server searches for what is typed. */
const AT_ONCE = 100;

interface InstanceQuestion {
  /** A command line that names one. */
  readonly example: CommandLine;
  readonly effect: Effect;
  /** Where it is looked for; called only when a person is to choose. */
  readonly organizationId: () => Promise<string>;
}

/**
 * INSTANCE of Flowkiwi as a command line gives it, else the id of the one that a person chooses of its organization. A command that only reads
 * takes the only one that there is, and says so. Throws `usage` without an interactive terminal, `not_found` where there is no instance.
 */
export async function instanceGiven(context: Context, given: string | undefined, question: InstanceQuestion): Promise<string> {
  const { prompter, messages } = context;
  if (given !== undefined || !prompter)
    return askIfMissing(context, given, { ...TYPED, message: 'Id or handle of the instance:', example: question.example });
  const organizationId = await question.organizationId();
  const provider = await context.flowkiwi();
  const list = async (query: InstanceQuery) => {
    const found: Instance[] = [];
    for await (const instance of provider.listInstances(organizationId, { ...query, limit: AT_ONCE })) found.push(instance);
    return found;
  };
  const instances = await list({});
  const [only, ...more] = instances;
  if (only === undefined) throw noInstance(organizationId);
  if (question.effect === 'reads' && more.length === 0) {
    await messages.notice(`Using instance ${only.handle ?? only.id}, the only one in the organization`);
    return only.id;
  }
  const find = async (text: string) => distinct([...(await list({ handle: text })), ...(await list({ name: text }))]).map(choiceOf);
  return prompter.choose({
    message: 'Instance:',
    choices: instances.map(choiceOf),
    find: instances.length < AT_ONCE ? undefined : find,
  });
}

/** INSTANCE of ZITADEL as a command line gives it, else the id of the one that a person chooses; a system user alone sees them. */
export async function zitadelInstanceGiven(context: Context, given: string | undefined, example: CommandLine): Promise<string> {
  const choices = given === undefined && context.prompter && (await context.profile()).systemUser ? await zitadelChoices(context) : [];
  const chosen = choices.length === 0 ? undefined : await context.prompter?.choose({ message: 'Instance:', choices });
  return askIfMissing(context, given ?? chosen, { ...TYPED, message: 'Id or domain of the instance:', example });
}

const TYPED = { kind: 'handle', what: 'INSTANCE' } as const;

function choiceOf({ id, name, handle }: Instance): Choice<string> {
  return { value: id, name: name ?? '', detail: handle ?? id };
}

async function zitadelChoices(context: Context): Promise<readonly Choice<string>[]> {
  const choices: Choice<string>[] = [];
  for await (const { id, name, primary_domain: domain } of (await context.zitadel()).listInstances({}))
    choices.push({ value: id, name, detail: domain ?? id });
  return choices;
}

function distinct(instances: readonly Instance[]): readonly Instance[] {
  return [...new Map(instances.map((instance) => [instance.id, instance])).values()];
}

function noInstance(organizationId: string): CliError {
  return new CliError('not_found', `organization ${organizationId} has no instance`, {
    hint: helpWith('to create one', 'instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', { id: organizationId }),
  });
}
