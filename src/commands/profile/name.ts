import { CliError } from '../../errors.ts';

/** Needs no quotes in any shell, and can be a part of a file name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What is wrong with the name of a new profile, in words; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (NAME.test(name)) return undefined;
  return 'A name has letters, digits, dots, hyphens and underscores, begins with a letter or a digit, and has at most 64 characters';
}

/** Throws `usage` for a name that a new profile cannot have. */
export function checkedNewName(name: string): string {
  if (nameProblem(name) === undefined) return name;
  throw new CliError('usage', `a profile cannot be named ${JSON.stringify(name)}`, {
    hint: 'use letters, digits, dots, hyphens and underscores, at most 64, beginning with a letter or a digit: for example acme-eu',
  });
}
