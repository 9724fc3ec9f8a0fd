import { CliError, type ErrorDetails } from '../../errors.ts';
import type { HttpResponse } from '../../http/client.ts';
import { readProblem } from '../../http/problem.ts';

/** Codes of the framework's constraints that speak of a handle's form, not of its being taken (contract section 6.3). */
const FORM_CONSTRAINTS = new Set([
  'c1051bb4-d103-4f74-8988-acbcafc7fdc3', // NotBlank
  'ad32d13f-c3d4-423b-909a-857b961eb720', // NotNull
  'de1e3db3-5ed4-4941-aae4-59f3667cc3a3', // Regex
  'd94b19cc-114f-4f44-9cc4-4138e80a87b9', // Length, too long
  '9ff3fdc4-b214-49db-8718-39c315e33d45', // Length, too short
]);

/**
 * The documentation does not say how a duplicate handle is refused (contract section 3.3): a 409, or a 422 with a
 * violation of `handle`. Its form was checked before it was sent, so a violation that does not speak of the form means
 * that it is taken.
 */
export function handleTaken(handle: string): (response: HttpResponse, error: CliError) => CliError | undefined {
  return (response, error) => {
    const taken =
      response.status === 409 ||
      (response.status === 422 &&
        readProblem(response).violations.some(({ propertyPath, code }) => propertyPath === 'handle' && !FORM_CONSTRAINTS.has(code ?? '')));
    if (!taken) return undefined;
    return takenHandle(handle, { status: response.status, violations: error.violations, requestId: error.requestId, cause: error });
  };
}

/** The error of a handle that another instance has. */
export function takenHandle(handle: string, details: Omit<ErrorDetails, 'hint'>): CliError {
  return new CliError('conflict', `the handle ${handle} is already taken`, {
    ...details,
    hint: 'handles are unique across all of Flowkiwi: choose another one with --handle',
  });
}
