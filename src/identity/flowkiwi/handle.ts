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

const EMPTY = 'a handle cannot be empty';

/** The rules that a text breaks which is not empty, each as it goes on after "a handle has": `no digits`. Empty for a handle. */
function brokenRules(handle: string): readonly string[] {
  const checks: readonly (readonly [isBroken: boolean, problem: string])[] = [
    [/[A-Z]/.test(handle), 'no capital letters'],
    [/[0-9]/.test(handle), 'no digits'],
    [/[^A-Za-z0-9-]/.test(handle), 'only the letters a to z and hyphens'],
    [handle.startsWith('-') || handle.endsWith('-'), 'no hyphen at its beginning or end'],
    [handle.length > MAX_LENGTH, `at most ${MAX_LENGTH} characters, this one has ${handle.length}`],
  ];
  return checks.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []));
}

/** All that is wrong with a handle, in words for a person; undefined when nothing is. */
export function handleProblem(handle: string): string | undefined {
  if (handle === '') return EMPTY;
  const broken = brokenRules(handle);
  return broken.length === 0 ? undefined : `a handle has ${broken.join(', ')}`;
}

/** The same as an answer to a question is told. */
export function handleAnswerProblem(answer: string): string | undefined {
  return handleProblem(answer)?.replace(/^a/, 'A');
}

/** The handle itself. Throws `invalid` with all that is wrong, before anything is sent, when it breaks the documented rules. */
export function checkedHandle(handle: string): string {
  if (isHandle(handle)) return handle;
  const problems = handle === '' ? [EMPTY] : brokenRules(handle).map((rule) => `a handle has ${rule}`);
  const suggestion = suggestHandle(handle);
  throw new CliError('invalid', `${JSON.stringify(handle)} cannot be a handle`, {
    hint: suggestion
      ? `for example --handle ${suggestion}`
      : 'lower-case letters and hyphens, at most 30 characters, for example --handle acme-eu',
    violations: problems.map((message) => ({ field: 'handle', message })),
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
