import type { Clock, Edges } from '../edges.ts';
import { CliError, type ErrorCode, EXIT_STATUS } from '../errors.ts';
import type { CommandLine, Help, Word } from '../hint.ts';
import { withTimeLimit } from '../oauth/time-limit.ts';
import { isRecord, parseJson, textOrNull } from '../record.ts';
import type { TimeBudget } from './time-budget.ts';

/** Which session is to be renewed, and why. */
export interface RenewalRequest {
  readonly profile: string;
  /** The access token that the server refused; undefined for one that has expired. */
  readonly refused: string | undefined;
  /** The secret of the client, where the environment has one. */
  readonly clientSecret: string | undefined;
  /** What no words of a server are to show, and the other process cannot know: its environment has no secrets in it. */
  readonly secrets: readonly string[];
  readonly debug: boolean;
}

/**
 * Asks for the renewal in a process apart. A refresh token is spent at the server before the new one is stored: a command that is killed in between
 * has lost the session, and a process that nobody knows of is not killed. The new tokens are in the store afterwards. Resolves to
 * false when no process could be started. Throws what the renewal failed with, and `unavailable` when the time of this command is over first:
 * the other process goes on all the same.
 */
export async function requestRenewal(
  renewInChild: NonNullable<Edges['renewInChild']>,
  request: RenewalRequest,
  { clock, budget }: { readonly clock: Clock; readonly budget: TimeBudget },
): Promise<boolean> {
  const milliseconds = budget.leftMs();
  const asked = () => renewInChild(JSON.stringify(request));
  const answer = await (milliseconds === undefined ? asked() : withTimeLimit(asked, { clock, milliseconds }, () => outOfTime(budget)));
  if (answer === undefined) return false;
  const outcome = parseJson(answer);
  if (isRecord(outcome) && outcome['renewed'] === true) return true;
  throw readError(isRecord(outcome) ? outcome['error'] : undefined);
}

function outOfTime({ limitMs = 0 }: TimeBudget): never {
  throw new CliError('unavailable', `the session was not renewed within ${limitMs / 1000} s`, {
    hint: 'run it again, or allow more time with --timeout',
  });
}

function readError(error: unknown): CliError {
  if (!isRecord(error) || typeof error['message'] !== 'string' || !isErrorCode(error['code'])) {
    return new CliError('unavailable', 'the session could not be renewed: the process that was to do it ended early', {
      hint: 'run the command again',
    });
  }
  const { code, message, detail, hint, status, retryAfter } = error;
  return new CliError(code, message, {
    detail: textOrNull(detail) ?? undefined,
    hint: readHelp(hint),
    status: typeof status === 'number' ? status : undefined,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
  });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(EXIT_STATUS, code);
}

function readHelp(value: unknown): Help | undefined {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return undefined;
  const { say, command } = value;
  return { say: typeof say === 'string' ? say : undefined, command: readCommand(command) };
}

function readCommand(value: unknown): CommandLine | undefined {
  if (!isRecord(value)) return undefined;
  const { program, words, env } = value;
  if (typeof program !== 'string' || !Array.isArray(words)) return undefined;
  const variables = Object.entries(isRecord(env) ? env : {}).map(([name, word]) => [name, readWord(word)] as const);
  return { program, words: words.map(readWord), env: Object.fromEntries(variables) };
}

function readWord(word: unknown): Word {
  return typeof word === 'string' ? word : { id: isRecord(word) && typeof word['id'] === 'string' ? word['id'] : '' };
}
