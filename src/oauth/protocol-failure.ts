import { ClientError, ResponseBodyError } from 'openid-client';
import { CliError, isCliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { secondsToWait, whenToComeBack } from '../http/retry-after.ts';
import { type ServerClock, wrongClock } from '../http/server-clock.ts';
import { TransportError, toCliError } from '../http/transport-error.ts';
import type { ClientAuthentication, OAuthClient } from './configuration.ts';

/** Those of an answer that says when to come back; names in lower case. */
type AnswerHeaders = Readonly<Record<string, string>>;

/** Why an operation at an authorization server came to nothing. */
export type ProtocolFailure =
  | {
      readonly kind: 'oauth_error';
      readonly status: number;
      readonly headers?: AnswerHeaders;
      readonly error: string;
      readonly description: string | undefined;
      readonly body: unknown;
    }
  | {
      readonly kind: 'http_status';
      readonly status: number;
      readonly headers?: AnswerHeaders;
      /** Whether it is known not to pass, whatever its status says. */
      readonly isSettled?: boolean;
    }
  | { readonly kind: 'no_answer'; readonly cause: TransportError }
  | { readonly kind: 'invalid_answer'; readonly reason: string };

/**
 * Tells what an error of openid-client means. Throws the reason when the signal is aborted, a `CliError` that it wraps, and what is no
 * failure of the protocol at all.
 */
export function readFailure(error: unknown, signal: AbortSignal | undefined): ProtocolFailure {
  signal?.throwIfAborted();
  if (error instanceof ResponseBodyError) {
    const { status, error: code, error_description: description, cause: body, response } = error;
    return { kind: 'oauth_error', status, error: code, description, body, ...timesOf(response) };
  }
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof TransportError) return { kind: 'no_answer', cause };
    if (isCliError(cause)) throw cause;
    if (cause instanceof ClientError && cause.cause instanceof Response && cause.cause.status !== 200) {
      return { kind: 'http_status', status: cause.cause.status, ...timesOf(cause.cause) };
    }
  }
  // Without a code it wraps what the library does not know.
  if (error instanceof ClientError && error.code !== undefined) {
    return { kind: 'invalid_answer', reason: error.cause instanceof Error ? error.cause.message : error.message };
  }
  throw error;
}

/** The headers that say when to come back. */
function timesOf({ headers }: Response): { readonly headers?: AnswerHeaders } {
  const [retryAfter, date] = [headers.get('retry-after'), headers.get('date')];
  return retryAfter === null ? {} : { headers: { 'retry-after': retryAfter, ...(date !== null && { date }) } };
}

/** What a failure says of when to come back, for its error; the hint is ours where it says nothing. Pure. */
export function comingBack(failure: ProtocolFailure, hint: string): { readonly hint: string; readonly retryAfter: number | undefined } {
  const answer = { headers: ('headers' in failure && failure.headers) || {} };
  return { hint: whenToComeBack(answer) ?? hint, retryAfter: secondsToWait(answer) };
}

/**
 * The failure without the secrets that were sent, however short: the HTTP client, which conceals those of eight characters or more, cannot
 * tell others from words. Its body is left out. Pure.
 */
export function withoutSecrets(failure: ProtocolFailure, secrets: readonly string[]): ProtocolFailure {
  if (failure.kind !== 'oauth_error') return failure;
  const clean = (words: string) => secrets.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '[redacted]')), words);
  const { error, description, ...rest } = failure;
  return { ...rest, error: clean(error), description: description && clean(description), body: undefined };
}

/** Whether the same request may well succeed later. */
export function isPassing(failure: ProtocolFailure): boolean {
  switch (failure.kind) {
    case 'no_answer':
      return failure.cause.kind !== 'redirect';
    case 'http_status':
      return failure.isSettled !== true && isPassingStatus(failure.status);
    case 'oauth_error':
      return isPassingStatus(failure.status) || PASSING_ERRORS.has(failure.error);
    case 'invalid_answer':
      return false;
  }
}

/** The code of the error that a failure ends as: whether the same request may succeed later. Pure. */
export function codeOf(failure: ProtocolFailure): 'rate_limited' | 'unavailable' | 'auth' {
  if ('status' in failure && failure.status === 429) return 'rate_limited';
  return isPassing(failure) ? 'unavailable' : 'auth';
}

function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** RFC 6749 section 4.1.2.1: what a server says instead of 500 and 503. */
export const PASSING_ERRORS: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** The failure in words for a person, without secrets. */
export function describeFailure(failure: ProtocolFailure): string {
  switch (failure.kind) {
    case 'oauth_error':
      return describeOAuthError(failure.error, failure.description);
    case 'http_status':
      return `the sign-in server answered with status ${failure.status}`;
    case 'no_answer':
      return failure.cause.message;
    case 'invalid_answer':
      return `the answer of the sign-in server is not valid: ${failure.reason}`;
  }
}

/** An error of RFC 6749 sections 4.1.2.1 and 5.2 as the server words it, cut to a line's length. */
export function describeOAuthError(error: string, description: string | undefined): string {
  return (description === undefined || description === '' ? error : `${inWords(description)} (${error})`).slice(0, 500);
}

/** The key of a text that ZITADEL has not translated, such as `Errors.OIDCSession.RefreshTokenInvalid`, as the words that it is made of. */
function inWords(description: string): string {
  const [, key] = /^Errors\.([\w.]+)$/.exec(description) ?? [];
  return key === undefined ? description : key.replace(/\.|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ').toLowerCase();
}

/**
 * The error of a server that wants tokens bound to a key (RFC 9449), with its words if there are any; undefined for another failure. Keycloak
 * says it in the description of an ordinary error. Pure.
 */
export function dpopError(failure: ProtocolFailure): CliError | undefined {
  if (failure.kind !== 'oauth_error' || !/dpop/i.test(`${failure.error} ${failure.description ?? ''}`)) return undefined;
  return new CliError(
    'auth',
    `the sign-in server wants DPoP of this client, which flowkiwi does not support: ${describeFailure(failure)}`,
    {
      hint: DPOP_SETTING,
      status: failure.status,
    },
  );
}

/** What helps then. */
export const DPOP_SETTING =
  'let this client do without DPoP in its settings at the sign-in server (in Keycloak: "Require DPoP bound tokens"; its registration has dpop_bound_access_tokens)';

/** What a confidential client has shown, in a word, and what helps when the server does not take it. */
export interface RefusedClient {
  readonly shown: string;
  readonly hint: string;
}

const REFUSED_CLIENTS: Readonly<Partial<Record<ClientAuthentication['kind'], RefusedClient>>> = {
  secret: {
    shown: 'secret',
    hint: 'check the client id and its secret (FLOWKIWI_CLIENT_SECRET or --client-secret-file), then whether the client may sign in this way',
  },
  assertion: {
    shown: 'key',
    hint: 'check the client id, and that the sign-in server has the public key of --key-file for it (--key-id, --key-audience)',
  },
};

/** What servers say of a wrong secret or key: RFC 6749 has the first, Keycloak the second. */
const CLIENT_REFUSED: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

/** What the client has shown, where a failure is first of all about that; undefined otherwise. Pure. */
export function refusedClient(
  failure: ProtocolFailure,
  { authentication }: Pick<OAuthClient, 'authentication'>,
): RefusedClient | undefined {
  if (authentication === undefined || failure.kind !== 'oauth_error' || !CLIENT_REFUSED.has(failure.error)) return undefined;
  return REFUSED_CLIENTS[authentication.kind];
}

/** The failure as the end of a person's sign-in: `rate_limited` or `unavailable` when it may pass, else `auth`. */
export function signInError(failure: ProtocolFailure, hint: Help): CliError {
  if (failure.kind === 'no_answer' && isPassing(failure)) return toCliError(failure.cause);
  const dpop = dpopError(failure);
  if (dpop) return dpop;
  const status = 'status' in failure ? failure.status : undefined;
  const message = failure.kind === 'oauth_error' ? `the sign-in server refused: ${describeFailure(failure)}` : describeFailure(failure);
  const code = codeOf(failure);
  if (code !== 'auth' && 'headers' in failure) return new CliError(code, message, { ...comingBack(failure, 'run it again later'), status });
  return new CliError(code, message, { hint, status });
}

/**
 * Throws `auth`, naming the clock of this computer, for an answer that is not valid while that clock is wrong: the times in an id token are
 * compared with it (OpenID Connect Core 3.1.3.7).
 */
export function assertRightClock(failure: ProtocolFailure, serverClock: ServerClock, issuer: string): void {
  const wrong = wrongClock(serverClock.oursIsAheadMs(), new URL(issuer));
  if (failure.kind !== 'invalid_answer' || wrong === undefined) return;
  throw new CliError('auth', `${wrong}: ${describeFailure(failure)}`, { hint: helpWith('set the clock, then sign in again', 'login') });
}
