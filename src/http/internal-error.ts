import { CliError } from '../errors.ts';
import { redactText } from './redact.ts';

/** What nobody has thrown for a person to read, as `internal`. Its message is redacted: it may quote what the program was working with. */
export function internalError(thrown: unknown): CliError {
  const message = redactText(thrown instanceof Error ? thrown.message : String(thrown));
  return new CliError('internal', `something went wrong inside flowkiwi: ${message}`, {
    hint: 'this is a bug of flowkiwi; run the command with --debug and report what it shows',
    cause: thrown,
  });
}
