import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { checkedHandle, HANDLE_QUESTION, handleAnswerProblem, suggestHandle } from '../../identity/flowkiwi/handle.ts';
import { checkedName } from '../../identity/organization.ts';
import { askIfMissing } from '../kit/ask.ts';
import type { OnboardTarget } from './profile-target.ts';

/** What the flags say. */
export interface OnboardFlags {
  readonly orgName: string | undefined;
  readonly instanceName: string | undefined;
  readonly handle: string | undefined;
}

/** What is to be made. */
export interface Answers {
  /** An organization that exists, and whether it becomes the current one, or the name of one to create. */
  readonly organization: { readonly id: string; readonly use: boolean } | { readonly name: string };
  readonly instanceName: string;
  readonly handle: string;
}

const EXAMPLE = flowkiwi('onboard', '--org-name', 'Acme Corp', '--instance-name', 'Acme EU', '--handle', 'acme-eu');

/**
 * Throws before anybody signs in: `invalid` for a flag that no answer could fix, `usage` for flags that exclude each other
 * and for those that are missing when there is no person to ask.
 */
export function checkFlags({ options, prompter }: Context, { orgName, instanceName, handle }: OnboardFlags, sandbox: boolean): void {
  if (orgName !== undefined) checkedName('organization', orgName);
  if (instanceName !== undefined) checkedName('instance', instanceName);
  if (handle !== undefined) checkedHandle(handle);
  if (options.isOrgFlag && (sandbox || orgName !== undefined)) {
    throw new CliError('usage', `--org and ${sandbox ? '--sandbox' : '--org-name'} exclude each other`, {
      hint: '--org takes an organization that exists, --org-name creates one',
    });
  }
  if (prompter || sandbox) return;
  const missing = [(orgName ?? options.org) ? [] : '--org-name', instanceName ? [] : '--instance-name', handle ? [] : '--handle'].flat();
  if (missing.length > 0) {
    throw new CliError('usage', `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing`, {
      hint: { say: 'for example', command: EXAMPLE },
    });
  }
}

/** Asks for what the flags leave open, all of it before anything is created. Throws `usage` when there is no person to ask and no default is safe. */
export async function askForAnswers(context: Context, target: OnboardTarget, flags: OnboardFlags): Promise<Answers> {
  const { defaults } = target;
  const organization = await askForOrganization(context, target, flags);
  const instanceName = await askForName(context, flags.instanceName, {
    what: '--instance-name',
    message: 'Name of the instance:',
    suggestion: defaults?.instanceName ?? ('name' in organization ? organization.name : undefined),
    unasked: defaults?.instanceName,
  });
  const handle = await askForHandle(context, flags.handle, suggestHandle(instanceName), defaults !== undefined);
  return { organization, instanceName, handle };
}

/** Asks for a handle in place of one that is taken. */
export function askForAnotherHandle(context: Context, taken: string): Promise<string> {
  return askIfMissing(context, undefined, {
    kind: 'handle',
    what: '--handle',
    example: EXAMPLE,
    message: `The handle ${taken} is taken. Another one:`,
    problem: (answer) => (answer === taken ? `${taken} is taken` : handleAnswerProblem(answer)),
  });
}

async function askForOrganization(context: Context, target: OnboardTarget, { orgName }: OnboardFlags): Promise<Answers['organization']> {
  const { options } = context;
  const { defaults } = target;
  if (orgName === undefined && options.org !== undefined)
    return { id: await (await context.organizations()).resolve(options.org), use: false };
  const existing = orgName === undefined ? await target.chooseExisting() : undefined;
  if (existing !== undefined) return { id: existing, use: true };
  const name = await askForName(context, orgName, {
    what: '--org-name',
    message: 'Name of the organization:',
    suggestion: defaults?.orgName,
    unasked: defaults?.orgName,
  });
  return { name };
}

interface NameQuestion {
  readonly what: string;
  readonly message: string;
  readonly suggestion: string | undefined;
  /** Taken when there is no person to ask. */
  readonly unasked: string | undefined;
}

async function askForName(
  context: Context,
  given: string | undefined,
  { what, message, suggestion, unasked }: NameQuestion,
): Promise<string> {
  const known = given ?? (context.prompter ? undefined : unasked);
  const problem = (answer: string) => (answer.trim() === '' ? 'The name cannot be empty' : undefined);
  return askIfMissing(context, known, { kind: 'name', what, example: EXAMPLE, message, default: suggestion, problem });
}

async function askForHandle(context: Context, given: string | undefined, suggestion: string | undefined, isSafe: boolean): Promise<string> {
  const known = given ?? (context.prompter || !isSafe ? undefined : suggestion);
  return askIfMissing(context, known, {
    kind: 'handle',
    what: '--handle',
    example: EXAMPLE,
    message: HANDLE_QUESTION,
    default: suggestion,
    problem: handleAnswerProblem,
  });
}
