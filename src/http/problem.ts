import { CliError, type ErrorCode } from '../errors.ts';
import { type Help, helpWith, isLikeId } from '../hint.ts';
import { DEEPEST_JSON, parseAnyJson, parseJson } from '../record.ts';
import type { HttpResponse } from './client.ts';
import { isWebPage, type Problem, type ProblemViolation, readProblem } from './problem-document.ts';
import { leavesOpen } from './refusal.ts';
import { secondsToWait, whenToComeBack } from './retry-after.ts';
import { NO_CLIENT_CERTIFICATE } from './tls-failure.ts';
import { type Creation, unknownOutcome, unreadOutcome } from './unknown-outcome.ts';

export { type Problem, type ProblemViolation, readProblem } from './problem-document.ts';

export interface ProblemContext {
  /** What was tried, after "cannot": `create the organization`. */
  readonly action: string;
  /** Where the credential came from, e.g. `the token from FLOWKIWI_TOKEN`. */
  readonly credential?: string | undefined;
  /** The hint of a 401: what renews that credential. */
  readonly remedy?: Help | undefined;
  /** Given for a create: an answer that may hide a success then ends as `unknown_outcome`. */
  readonly creation?: Creation | undefined;
}

/** The error of an answer with an error status, in the server's own words, with the code of its status. Never throws. */
export function problemToCliError(response: HttpResponse, context: ProblemContext): CliError {
  const { status } = response;
  const problem = readProblem(response);
  const code = codeOfStatus(status);
  const violations = problem.violations.map(({ propertyPath, message }) => ({ field: propertyPath, message }));
  const retryAfter = secondsToWait(response);
  const details = { status, detail: problem.detail ?? problem.title, violations, requestId: problem.requestId, retryAfter };
  const words = serverWords(response, problem);
  if (context.creation !== undefined && leavesOpen(response)) {
    return unknownOutcome(context.creation, `the server answered with status ${status}: ${words}`, details);
  }
  const who = code === 'auth' ? `${context.credential ?? 'the credential'} was not accepted: ` : '';
  return new CliError(code, `cannot ${context.action}: ${who}${words}`, { ...details, hint: hintFor(code, response, problem, context) });
}

/**
 * The body of a successful answer, as `parse` reads it (undefined: not JSON). Throws `CliError`: `unavailable` when it is not JSON, or `unknown_outcome` when
 * `creation` is given, since the server has then most likely done what it was asked, and with the status 201 certainly.
 */
export function readJson(response: HttpResponse, creation?: Creation, parse = parseJson): unknown {
  const json = parse(response.body);
  if (json !== undefined) return json;
  const { status, unreadable } = response;
  const { requestId } = readProblem(response);
  const why = unreadable ?? `the answer from ${response.url.origin} is ${kindOf(response)}, not the API's JSON (status ${status})`;
  if (creation !== undefined) throw (status === 201 ? unreadOutcome : unknownOutcome)(creation, why, { status, requestId });
  const hint = helpWith('check that this URL is the address of the API', 'auth', 'status');
  throw new CliError('unavailable', why, { status, requestId, hint });
}

function kindOf(response: HttpResponse): string {
  if (isWebPage(response)) return 'a web page';
  if (response.body.trim() === '') return 'empty';
  return parseAnyJson(response.body) === undefined ? 'something else' : `nested more than ${DEEPEST_JSON} levels deep`;
}

/** PRODUCT.md section 5: the meaning of a status. */
function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'auth';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'not_found';
    case 408:
    case 425:
      return 'unavailable';
    case 409:
      return 'conflict';
    case 429:
      return 'rate_limited';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
  }
}

function serverWords({ status }: HttpResponse, problem: Problem): string {
  const { detail, title, violations, body } = problem;
  if (detail !== undefined && violations.length > 0 && isListOf(violations, detail)) {
    return violations.length === 1 ? 'the server refused a field' : `the server refused ${violations.length} fields`;
  }
  const words = detail ?? title ?? problem.errorCode;
  if (words !== undefined) {
    return words;
  }
  const answer = `status ${status}`;
  switch (body) {
    case 'web page':
      return `the answer is a web page, not the API (${answer})`;
    case 'empty':
      return `the server gives no reason (${answer})`;
    case 'json':
    case 'text':
    case 'other':
      return `the server gives no reason that can be read (${answer})`;
  }
}

/** API Platform repeats all violations in the detail (`name: message`); they are shown on lines of their own. */
function isListOf(violations: readonly ProblemViolation[], detail: string): boolean {
  const rest = violations.reduce((text, { propertyPath, message }) => text.replace(message, '').replace(propertyPath, ''), detail);
  return /^[\s:;,.]*$/.test(rest);
}

/** What nginx says before it has looked at a request. */
function hintForPage({ body }: HttpResponse): Help {
  if (/plain HTTP request was sent to HTTPS port/i.test(body)) return 'the port is one for TLS: the URL has to begin with https://';
  if (/No required SSL certificate was sent|SSL certificate error/i.test(body)) return NO_CLIENT_CERTIFICATE;
  return helpWith('check that this URL is the address of the API', 'auth', 'status');
}

function hintFor(code: ErrorCode, response: HttpResponse, problem: Problem, { remedy }: ProblemContext): Help | undefined {
  switch (code) {
    case 'auth':
      return remedy ?? helpWith('set FLOWKIWI_TOKEN to a fresh token, or sign in', 'login');
    case 'forbidden':
      return problem.missingPermissions.length > 0 && problem.missingPermissions.every(isLikeId)
        ? `missing permission: ${problem.missingPermissions.join(', ')}`
        : helpWith('to see who you are signed in as', 'auth', 'status');
    case 'rate_limited':
      return whenToComeBack(response) ?? 'wait a little, then run it again';
    case 'unavailable':
      return whenToComeBack(response) ?? 'run it again later';
    case 'not_found':
      return helpWith('check the id; to see which server was asked, and who asked', 'auth', 'status');
    case 'conflict':
      return 'look at what is there already, and clear the way or choose something else';
    default:
      if (isWebPage(response)) return hintForPage(response);
      return 'correct what the server refuses; --debug shows the whole exchange';
  }
}
