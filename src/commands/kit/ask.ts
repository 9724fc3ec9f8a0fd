import type { Context } from '../../context/context.ts';
import type { TextQuestion } from '../../context/prompter.ts';
import { CliError } from '../../errors.ts';
import type { CommandLine, Help } from '../../hint.ts';
import { isTerminalSafe } from '../../output/terminal-text.ts';

export interface Missing extends TextQuestion {
  /** As the user would give it: `NAME`, `--handle`. */
  readonly what: string;
  /** A command line that gives it. */
  readonly example: CommandLine;
}

/** A value that was given, else the answer of a person. Throws `usage`, naming what is missing, without an interactive terminal. */
export async function askIfMissing(
  { prompter }: Context,
  given: string | undefined,
  { what, example, ...question }: Missing,
): Promise<string> {
  if (given !== undefined) return given;
  if (prompter) return prompter.text(question);
  throw new CliError('usage', `${what} is missing`, { hint: { say: 'for example', command: example } });
}

/**
 * The same for several values at once, asked for in their order. Throws one `usage` that names all that are missing without an interactive terminal,
 * before anything was asked.
 */
export async function askForMissing<K extends string>(
  context: Context,
  example: CommandLine,
  questions: Readonly<Record<K, Omit<Missing, 'example'> & { readonly given: string | undefined }>>,
): Promise<Readonly<Record<K, string>>> {
  const entries = Object.entries<Omit<Missing, 'example'> & { readonly given: string | undefined }>(questions);
  const missing = entries.flatMap(([, { given, what }]) => (given === undefined ? [what] : []));
  if (!context.prompter && missing.length > 1) {
    throw new CliError('usage', `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)} are missing`, {
      hint: { say: 'for example', command: example },
    });
  }
  const answers: [string, string][] = [];
  for (const [key, { given, ...question }] of entries) answers.push([key, await askIfMissing(context, given, { ...question, example })]);
  // The keys are those of `questions`: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries(answers) as Record<K, string>;
}

/** Longest name that a person is asked to type. */
const TYPEABLE = 60;

/**
 * For a command that cannot be undone: whether a person has to be asked. Throws `usage` without an interactive terminal and there is no `--yes`,
 * before anything is sent. `what` is what is about to happen: `deleting the organization …`.
 */
export function mustConfirm({ options, prompter }: Pick<Context, 'options' | 'prompter'>, what: string, hint: Help = 'add --yes'): boolean {
  if (options.yes) return false;
  if (prompter) return true;
  throw new CliError('usage', `${what} needs confirmation, and this is not an interactive terminal`, { hint });
}

/** Asks yes or no, where no is what Enter says. Throws `interrupted` for a no. */
export async function confirmYes({ prompter, messages }: Context, question: string): Promise<void> {
  if (await prompter?.confirm(question, false)) return;
  await messages.notice('Nothing was changed');
  throw new CliError('interrupted', 'not confirmed');
}

/** Lets a person type the name of what is to be lost, or its id where the name cannot be typed. */
export async function confirmByName(
  { prompter }: Context,
  thing: string,
  { id, name }: { readonly id: string; readonly name: string | null },
): Promise<void> {
  const isTypeable = name !== null && name !== '' && isTerminalSafe(name) && name.trim() === name && name.length <= TYPEABLE;
  const wanted = isTypeable ? name : id;
  await prompter?.text({
    kind: 'name',
    message: `Type ${wanted} to delete ${thing} ${(isTypeable ? id : name) ?? id}:`,
    problem: (answer) => (answer === wanted ? undefined : `That is not ${wanted}; Ctrl-C leaves everything unchanged`),
  });
}
