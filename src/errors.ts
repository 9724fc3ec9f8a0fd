import type { Help } from './hint.ts';

/** Every way a command can end, as it appears in `error.code`, with its exit status (see `flowkiwi help exit-codes`). */
export const EXIT_STATUS = {
  internal: 1,
  usage: 2,
  invalid: 2,
  not_found: 3,
  auth: 4,
  conflict: 5,
  unknown_outcome: 6,
  timeout: 6,
  forbidden: 7,
  unavailable: 75,
  rate_limited: 75,
  hangup: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const;

export type ErrorCode = keyof typeof EXIT_STATUS;

/** One field that the server refused; `field` is the API's property path, empty when the server names none. */
export interface Violation {
  readonly field: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** The command or flag that helps; a text alone has no command in it. */
  readonly hint?: Help | undefined;
  /** HTTP status of the answer that caused the error. */
  readonly status?: number | undefined;
  /** The server's own words about what went wrong. */
  readonly detail?: string | undefined;
  readonly violations?: readonly Violation[] | undefined;
  readonly requestId?: string | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number | undefined;
  /** It is how the command ends also when a signal has ended it: what went wrong before is worth more than the signal. */
  readonly isSaidAtEnd?: boolean | undefined;
  /** In place of that of the code: what shells say of a program that they cannot run. */
  readonly exitStatus?: number | undefined;
  readonly cause?: unknown;
}

/** The one error type: what happened in words for a person, and a stable code for a script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: ErrorCode;
  readonly hint: Help | undefined;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  readonly violations: readonly Violation[];
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;
  readonly isSaidAtEnd: boolean;
  /** An exit status of its own; undefined when it has that of its code. */
  readonly ownExitStatus: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.status = details.status;
    this.detail = details.detail;
    this.violations = details.violations ?? [];
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
    this.isSaidAtEnd = details.isSaidAtEnd ?? false;
    this.ownExitStatus = details.exitStatus;
  }

  get exitStatus(): number {
    return this.ownExitStatus ?? EXIT_STATUS[this.code];
  }
}

/** True for a `CliError`; anything else that is thrown is a bug of ours and ends as `internal`. */
export function isCliError(value: unknown): value is CliError {
  return value instanceof CliError;
}

/** All that is known about an error, for another one that takes its place: no words of the server are lost. */
export function detailsOf({
  hint,
  status,
  detail,
  violations,
  requestId,
  retryAfter,
  isSaidAtEnd,
  ownExitStatus: exitStatus,
  cause,
}: CliError): ErrorDetails {
  return { hint, status, detail, violations, requestId, retryAfter, isSaidAtEnd, exitStatus, cause };
}

/** The same error in other words, for a caller that knows what else there is to say. */
export function withMessage(error: CliError, message: string): CliError {
  return new CliError(error.code, message, detailsOf(error));
}

/** The same error with another hint, for a caller that knows better what helps. */
export function withHint(error: CliError, hint: Help): CliError {
  return new CliError(error.code, error.message, { ...detailsOf(error), hint });
}
