import { CliError } from '../../errors.ts';

const MAX_LENGTH = 30;
/** Contract section 3.2: lower-case letters and hyphens, no hyphen at either end, at most 30 characters. */
const HANDLE = /^[a-z](?:[a-z-]{0,28}[a-z])?$/;

/** Whether text has the form of a handle. Ids never have: they contain digits. */
export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

/** What a person is asked, with the rules: one line of 80 columns together with a short suggestion. */
export const HANDLE_QUESTION = `Handle (its address, cannot change; a-z and hyphens, at most ${MAX_LENGTH}):`;

/** Everything that is wrong with a handle, each as it goes on after "a handle": `has no digits`. Empty for a handle. */
function handleProblems(handle: string): readonly string[] {
  if (handle === '') return ['cannot be empty'];
  const checks: readonly (readonly [isBroken: boolean, problem: string])[] = [
    [/[A-Z]/.test(handle), 'has no capital letters'],
    [/[0-9]/.test(handle), 'has no digits'],
    [/[^A-Za-z0-9-]/.test(handle), 'has only the letters a to z and hyphens'],
    [handle.startsWith('-') || handle.endsWith('-'), 'neither begins nor ends with a hyphen'],
    [handle.length > MAX_LENGTH, `has at most ${MAX_LENGTH} characters, this one has ${handle.length}`],
  ];
  return checks.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []));
}

/** All that is wrong with a handle, in words for a person; undefined when nothing is. */
export function handleProblem(handle: string): string | undefined {
  const problems = handleProblems(handle);
  return problems.length === 0 ? undefined : `a handle ${problems.join('; it ')}`;
}

/** The handle itself. Throws `invalid` with all that is wrong, before anything is sent, when it breaks the documented rules. */
export function checkedHandle(handle: string): string {
  const problems = handleProblems(handle);
  if (problems.length === 0) return handle;
  const suggestion = suggestHandle(handle);
  throw new CliError('invalid', `${JSON.stringify(handle)} cannot be a handle`, {
    hint: suggestion
      ? `for example --handle ${suggestion}`
      : 'lower-case letters and hyphens, at most 30 characters, for example --handle acme-eu',
    violations: problems.map((problem) => ({ field: 'handle', message: `a handle ${problem}` })),
  });
}

/** A handle made from a display name (`Acme EU` gives `acme-eu`); undefined when no letter of it is left. */
export function suggestHandle(name: string): string | undefined {
  const handle = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .slice(0, MAX_LENGTH + 1)
    .replace(/^-+/, '')
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, '');
  return isHandle(handle) ? handle : undefined;
}
