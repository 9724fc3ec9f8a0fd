import type { Context } from '../context/context.ts';
import type { TextQuestion } from '../context/prompter.ts';
import { CliError } from '../errors.ts';

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
