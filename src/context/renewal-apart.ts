import type { Edges } from '../edges.ts';
import { CliError, type ErrorCode, EXIT_STATUS, isCliError } from '../errors.ts';
import { internalError } from '../http/redact.ts';
import { isRecord, parseJson } from '../record.ts';
import { createContext } from './context.ts';

/** Which session is to be renewed, and why. */
export interface RenewalRequest {
  readonly profile: string;
  /** The access token that the server refused; undefined for one that has expired. */
  readonly refused: string | undefined;
  /** What no words of a server are to show, and the other process cannot know: its environment has no secrets in it. */
  readonly secrets: readonly string[];
  readonly debug: boolean;
  readonly timeoutMs: number | undefined;
}

/** A request is a few tokens long. */
const REQUEST_LIMIT_BYTES = 1024 * 1024;

/**
 * Asks for the renewal in a process apart. A refresh token is spent at the server before the new one is stored: whoever is killed in between
 * has lost the session, and a process that nobody knows of is not killed. The new tokens are in the store afterwards. Resolves to
 * false when no process could be started. Throws what the renewal failed with.
 */
export async function requestRenewal(renewApart: NonNullable<Edges['renewApart']>, request: RenewalRequest): Promise<boolean> {
  const answer = await renewApart(JSON.stringify(request));
  if (answer === undefined) return false;
  const outcome = parseJson(answer);
  if (isRecord(outcome) && outcome['renewed'] === true) return true;
  throw readError(isRecord(outcome) ? outcome['error'] : undefined);
}

/**
 * The other side: carries out the request on standard input and prints how it ended. No signal that asks it to end
 * is heeded before. Never throws; resolves to the exit status.
 */
export async function renewForAnother(edges: Edges, version: string): Promise<number> {
  edges.holdSignals(() => undefined);
  try {
    const request = readRequest(parseJson(await edges.stdin.readAll(REQUEST_LIMIT_BYTES)));
    const context = createContext({ edges: { ...edges, renewApart: undefined }, options: optionsFor(request), version });
    for (const secret of request.secrets) context.holdSecret(secret);
    const credential = await context.credential();
    await (request.refused === undefined ? credential.accessToken() : credential.renew(request.refused));
    await edges.stdout.write(JSON.stringify({ renewed: true }));
    return 0;
  } catch (thrown) {
    const { code, message, hint, status } = isCliError(thrown) ? thrown : internalError(thrown);
    await edges.stdout.write(JSON.stringify({ error: { code, message, hint, status } }));
    return EXIT_STATUS[code];
  }
}

function optionsFor({ profile, debug, timeoutMs }: RenewalRequest) {
  return {
    ...{ profile, debug, timeoutMs, format: undefined, fields: undefined, org: undefined, isOrgFlag: false },
    ...{ input: false, yes: false, color: 'never' as const },
  };
}

function readRequest(request: unknown): RenewalRequest {
  if (!isRecord(request) || typeof request['profile'] !== 'string') throw new CliError('usage', 'there is nothing to renew');
  const { profile, refused, secrets, debug, timeoutMs } = request;
  return {
    profile,
    refused: typeof refused === 'string' ? refused : undefined,
    secrets: Array.isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [],
    debug: debug === true,
    timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : undefined,
  };
}

function readError(error: unknown): CliError {
  if (!isRecord(error) || typeof error['message'] !== 'string' || !isErrorCode(error['code'])) {
    return new CliError('unavailable', 'the session could not be renewed: the process that was to do it ended early', {
      hint: 'run the command again',
    });
  }
  const { code, message, hint, status } = error;
  return new CliError(code, message, {
    hint: typeof hint === 'string' ? hint : undefined,
    status: typeof status === 'number' ? status : undefined,
  });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(EXIT_STATUS, code);
}
