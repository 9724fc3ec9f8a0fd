import type { Context } from '../context/context.ts';

/** A command line to suggest, with the profile flag where this run had one: `flowkiwi --profile sandbox login`. */
export function commandLine({ options }: Pick<Context, 'options'>, words: string): string {
  return `flowkiwi${options.profile === undefined ? '' : ` --profile ${shellWord(options.profile)}`} ${words}`;
}

/** Text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
