import { CliError } from '../errors.ts';

/** What a person who stops a command has to know: what may have happened, and how to find out. */
export interface Unsettled {
  readonly message: string;
  readonly hint: string | undefined;
}

/** The reason of an interruption, saying as well what it leaves unsettled; a reason that is no `CliError` is a bug of ours, and stays. */
export function interruptedWith(reason: unknown, { message, hint }: Unsettled): unknown {
  return reason instanceof CliError ? new CliError(reason.code, `${reason.message}: ${message}`, { hint }) : reason;
}
