import type { Context } from '../../context/context.ts';
import type { TextQuestion } from '../../context/prompter.ts';
import { CliError } from '../../errors.ts';

export interface Missing extends TextQuestion {
  /** As the user would give it: `NAME`, `--handle`. */
  readonly what: string;
  /** A command line that gives it. */
  readonly example: string;
}

/** A value that was given, else the answer of a person. Throws `usage`, naming what is missing, when nobody can be asked. */
export async function orAsk({ prompter }: Context, given: string | undefined, { what, example, ...question }: Missing): Promise<string> {
  if (given !== undefined) return given;
  if (prompter) return prompter.text(question);
  throw new CliError('usage', `${what} is missing`, { hint: `for example: ${example}` });
}

/**
 * The same for several values at once, asked for in their order. Throws one `usage` that names all that are missing when nobody can be asked,
 * before anything was asked.
 */
export async function orAskAll<K extends string>(
  context: Context,
  example: string,
  questions: Readonly<Record<K, Omit<Missing, 'example'> & { readonly given: string | undefined }>>,
): Promise<Readonly<Record<K, string>>> {
  const entries = Object.entries<Omit<Missing, 'example'> & { readonly given: string | undefined }>(questions);
  const missing = entries.flatMap(([, { given, what }]) => (given === undefined ? [what] : []));
  if (!context.prompter && missing.length > 1) {
    throw new CliError('usage', `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)} are missing`, {
      hint: `for example: ${example}`,
    });
  }
  const answers: [string, string][] = [];
  for (const [key, { given, ...question }] of entries) answers.push([key, await orAsk(context, given, { ...question, example })]);
  // The keys are those of `questions`: what `Object.fromEntries` cannot say in types.
  return Object.fromEntries(answers) as Record<K, string>;
}
