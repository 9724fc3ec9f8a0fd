import { CliError } from '../../errors.ts';

const MAX_LENGTH = 30;
/** Contract section 3.2: lower-case letters and hyphens, no hyphen at either end, at most 30 characters. */
const HANDLE = /^[a-z](?:[a-z-]{0,28}[a-z])?$/;

/** Whether text has the form of a handle. Ids never have: they contain digits. */
export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

/** What is wrong with a handle, in words for a person; undefined when nothing is. */
export function handleProblem(handle: string): string | undefined {
  if (isHandle(handle)) return undefined;
  if (handle === '') return 'a handle cannot be empty';
  if (/[A-Z]/.test(handle)) return 'a handle has no capital letters';
  if (/[0-9]/.test(handle)) return 'a handle has no digits';
  if (/[^a-z-]/.test(handle)) return 'a handle has only the letters a to z and hyphens';
  if (handle.startsWith('-') || handle.endsWith('-')) return 'a handle neither begins nor ends with a hyphen';
  return `a handle has at most ${MAX_LENGTH} characters, this one has ${handle.length}`;
}

/** The handle itself. Throws `invalid` before anything is sent when it breaks the documented rules. */
export function checkedHandle(handle: string): string {
  const problem = handleProblem(handle);
  if (problem === undefined) return handle;
  const suggestion = suggestHandle(handle);
  throw new CliError('invalid', `${JSON.stringify(handle)} cannot be a handle`, {
    hint: suggestion
      ? `for example --handle ${suggestion}`
      : 'lower-case letters and hyphens, at most 30 characters, for example --handle acme-eu',
    violations: [{ field: 'handle', message: problem }],
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
