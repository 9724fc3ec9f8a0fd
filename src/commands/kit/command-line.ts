import type { Context } from '../../context/context.ts';
import { type CliError, withHint } from '../../errors.ts';

/** A command line to suggest, with the profile flag where this run had one: `flowkiwi --profile sandbox login`. */
export function commandLine({ options }: Pick<Context, 'options'>, words: string): string {
  return `flowkiwi${options.profile === undefined ? '' : ` --profile ${shellWord(options.profile)}`} ${words}`;
}

/** A command that works with a profile and names none, in the prose of a hint. */
const WITHOUT_PROFILE = /\bflowkiwi (?=(?:api|auth|instance|login|logout|org|tree|whoami)\b)/g;

/**
 * An error whose hint goes for the profile that this run was given with `--profile`. What is beneath the commands knows no profile, and
 * names commands without: `flowkiwi login` becomes `flowkiwi --profile sandbox login`.
 */
export function withProfileInHint(error: CliError, context: Pick<Context, 'options'>): CliError {
  if (context.options.profile === undefined || error.hint === undefined) return error;
  const start = commandLine(context, '');
  return withHint(
    error,
    error.hint.replaceAll(WITHOUT_PROFILE, () => start),
  );
}

/** Text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
