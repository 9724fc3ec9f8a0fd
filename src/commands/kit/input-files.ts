import { CliError } from '../../errors.ts';

/** No path is longer on any system, and no name in one (POSIX and Windows alike). */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

/**
 * Throws `usage` when an option that takes the name of a file is given what should be in it: a key, JSON, a JWT, several lines. It is not
 * repeated, as it may be a secret.
 */
export function assertNoContent(value: string, option: string): void {
  const isTooLong = value.length > LONGEST_PATH || value.split(/[/\\]/).some((name) => name.length > LONGEST_NAME);
  if (!isTooLong && !/^\s*\{|\p{Cc}|-----BEGIN|^eyJ[\w-]*\.[\w-]+\./u.test(value)) return;
  throw new CliError('usage', `${option} takes the name of a file, not what is in it`, {
    hint: 'others can read what stands in a command line: put it into a file, and give the name of that',
  });
}

/** Whether a text reads like a path. One that does not may be a secret that was given in place of a file's name. */
export function readsLikePath(value: string): boolean {
  return /^(\.{0,2}\/|~\/|[a-z]:[\\/]|\.{1,2}\\)|\.(pem|key|p8|pk8|der|json|txt|jwt|token|secret)$/i.test(value);
}
