import { CliError, detailsOf, isCliError, withHint } from '../../errors.ts';
import { type Help, helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import { instanceState } from '../../http/instance-state.ts';
import { isRecord, memberOf, parseJson } from '../../record.ts';

/**
 * What ZITADEL's error answers mean (contract section 2). They are told apart by the id in their details and by their status, never by
 * their text, which is translated, and which several errors share. All functions here are pure.
 */

interface RpcError {
  readonly message: string;
  /** `ORG-RrfXY`; undefined for errors of gRPC itself, such as a request that is not valid. */
  readonly id: string | undefined;
}

/** The HTTP status of each gRPC code, as the gateway maps them, with the code's number (contract section 2.1). */
const STATUS_OF: Readonly<Record<string, readonly [status: number, code: number]>> = {
  Canceled: [499, 1],
  Unknown: [500, 2],
  InvalidArgument: [400, 3],
  DeadlineExceeded: [504, 4],
  NotFound: [404, 5],
  AlreadyExists: [409, 6],
  PermissionDenied: [403, 7],
  ResourceExhausted: [429, 8],
  FailedPrecondition: [400, 9],
  Aborted: [409, 10],
  OutOfRange: [400, 11],
  Unimplemented: [501, 12],
  Internal: [500, 13],
  Unavailable: [503, 14],
  Unauthenticated: [401, 16],
};

/** How v4.11.0 to v4.13.1 wrap the errors of gRPC itself: as a failure of the server (contract section 2.1). */
const WRAPPED = /^rpc error: code = (\w+) desc = (.*?)( \(\))?$/s;

/** A user without any membership is answered as if what they ask for were not there (contract section 2.2). */
const NO_MEMBERSHIP = 'AUTHZ-cdgFk';

/** What a text is that has no translation: the key of one. */
const TRANSLATION_KEY = /^(?:Errors|Quota)\.[\w.]+/;

/** The id of the error of an instance that its operator has blocked. */
const BLOCKED = 'LIMITS-molsj';

/** What an instance that is blocked answers, as text or as JSON, in one form. */
const BLOCKED_BODY = JSON.stringify({ message: `the instance is blocked (${BLOCKED})`, details: [{ id: BLOCKED }] });

/** The headers of an answer that says of itself that the request had no effect. */
const OWN_PROBLEM = { 'content-type': 'application/problem+json' };

const CHECK_URL =
  'check the URL of the profile: its host, or the one of --instance-host, has to be that of an instance of ZITADEL, and it has no path';

/** Words for errors whose text arrives as the key of a translation (contract section 2.2). */
const WORDS: Readonly<Record<string, string>> = {
  'AUTH-7fs1e': 'the token is not valid',
  'AUTH-DZG21': 'the application may not be used from this origin',
  'V3-DKcYh': 'it is taken already',
  'V2-e1wse': 'the organization has this domain already',
  'ORG-laho2n': 'an organization with this id is there already',
  'ORG-mruNY': 'the name is empty',
  'Org-4N8es': 'a role is not one that a member of an organization can have',
  'INST-i2nl': 'the instance has this domain already',
  'INST-S3v3w': 'the name or the domain of the instance has a character that no domain can have',
  'INST-28nlD': 'the domain is empty',
  'INSTANCE-9hn3n': 'the domain that was generated for an instance cannot be removed',
  'INSTANCE-8ls9f': 'the instance has no such domain',
  'INSTANCE-9nkWf': 'the instance has no such domain',
  [BLOCKED]: 'the instance is blocked',
  'QUOTA-vjAy8': 'the quota of requests is used up',
};

const NO_PERMISSION = helpWith(
  'an administrator has to give you a role that allows it, such as IAM_OWNER; to see who is signed in',
  'auth',
  'status',
);
const WEAK_PASSWORD = 'by default a password has 8 characters or more, with a lower-case and a capital letter, a digit and a symbol';
const LASTS = 'this lasts until the operator of the instance ends it: running it again changes nothing';

/** What helps. */
const HINTS: Readonly<Record<string, Help>> = {
  [NO_MEMBERSHIP]: NO_PERMISSION,
  'AUTH-5mWD2': NO_PERMISSION,
  'AUTH-AWfge': NO_PERMISSION,
  'AUTH-3jknH': NO_PERMISSION,
  'AUTHZ-Kl3p0': helpWith('the user has to sign in with a second factor', 'login'),
  'AUTH-Bs7Ds': 'check the organization: --org and FLOWKIWI_ORG name one that this user can see',
  'COMMA-HuJf6': WEAK_PASSWORD,
  'COMMA-co3Xw': WEAK_PASSWORD,
  'COMMA-VoaRj': WEAK_PASSWORD,
  'COMMA-ZBv4H': WEAK_PASSWORD,
  'COMMA-ZDLwA': WEAK_PASSWORD,
  'COMMAND-uXHNj':
    'the caller has to be a user of the instance: a system user sets an organization up with org setup, or gives it an id with --org-id',
  'ORG-4VSdf': 'it has this name already',
  'INST-alpxism': 'it has this name already',
};

/** An error answer with the status and in the words that it means; any other answer unchanged. */
export function unwrapError(response: HttpResponse): HttpResponse {
  if (response.status < 400) return response;
  const state = instanceState(response);
  // It has not looked at the request, and may do so later.
  if (state === 'without database' && response.status === 404) return { ...response, status: 503, headers: OWN_PROBLEM };
  if (state === 'blocked') return { ...response, body: BLOCKED_BODY };
  const error = readError(response);
  if (!error) return response;
  const { status, message, id } = error;
  const words =
    id !== undefined && TRANSLATION_KEY.test(message) ? `${memberOf(WORDS, id) ?? message.replace(/ \(.*\)$/, '')} (${id})` : message;
  const body = { message: words, details: id === undefined ? [] : [{ id }] };
  return { ...response, status: id === NO_MEMBERSHIP ? 403 : status, body: JSON.stringify(body) };
}

/** Whether a 429 tells of a state, a limit or a quota, that waiting does not end (contract section 6). */
export function isLasting(response: HttpResponse): boolean {
  return instanceState(response) === 'blocked' || (response.status === 429 && /^QUOTA-/.test(errorId(response) ?? ''));
}

/** Whether an error answer is of no part of the API: the host has no instance, or the path of the URL is not that of the API. */
function isElsewhere(response: HttpResponse): boolean {
  // The system API has its instances in the path.
  return response.status === 404 && errorId(response) === undefined && !response.body.includes('unable to set instance using id ');
}

/** Whether a 404 is ZITADEL's own. So is that of its gateway, which answers only beneath the paths of its APIs, for a call that an older one lacks. */
export function isOwn404(response: HttpResponse): boolean {
  return readError(response) !== undefined;
}

/** The id of an error answer; undefined when it has none. */
export function errorId(response: HttpResponse): string | undefined {
  return readError(response)?.id;
}

/** Whether an error is the one with this id, which stands behind the server's own words. */
export function hasErrorId(error: unknown, id: string): boolean {
  return isCliError(error) && (error.detail ?? '').endsWith(`(${id})`);
}

/** The error with the hint that helps, where its id says more than its status; undefined leaves the general one. */
export function explained(response: HttpResponse, error: CliError): CliError | undefined {
  if (isOutage(response)) return outage(error);
  if (isElsewhere(response)) return new CliError('usage', error.message, { ...detailsOf(error), hint: CHECK_URL });
  if (instanceState(response) === 'blocked') return new CliError('forbidden', error.message, { ...detailsOf(error), hint: LASTS });
  const hint = isLasting(response) ? LASTS : memberOf(HINTS, errorId(response) ?? '');
  return hint === undefined ? undefined : withHint(error, hint);
}

/** Whether an answer, unwrapped, says that the server has no database. */
function isOutage({ status, body }: HttpResponse): boolean {
  return instanceState({ status: status === 503 ? 404 : status, body }) === 'without database';
}

/** The server's own words, which name its database, stand beneath. */
function outage(error: CliError): CliError {
  const { detail } = error;
  const message = detail === undefined ? error.message : error.message.replace(detail, () => 'ZITADEL cannot reach its database');
  return new CliError(error.code, message, { ...detailsOf(error), hint: 'run it again when its operator has cured that' });
}

/** Whether an answer is that of a router which does not know the path, and not that of the call. */
export function isRouteUnknown(response: HttpResponse): boolean {
  return response.status === 404 && errorId(response) === undefined && readError(response)?.message === 'Not Found';
}

function readError({ status, body }: HttpResponse): (RpcError & { readonly status: number }) | undefined {
  const json = parseJson(body);
  if (!isRecord(json) || typeof json['message'] !== 'string' || !('code' in json || 'details' in json)) return undefined;
  const { message } = json;
  const details = Array.isArray(json['details']) ? json['details'].filter(isRecord) : [];
  const [, name = '', unwrapped = ''] = (status === 500 && WRAPPED.exec(message)) || [];
  const [meantStatus] = memberOf(STATUS_OF, name) ?? [];
  if (meantStatus !== undefined) return { status: meantStatus, message: unwrapped, id: undefined };
  return { status, message, id: details.map(idOf).find((id) => id !== undefined) ?? trailingId(message) };
}

/** The id in a detail: beside its message, or in what Connect adds to the binary form of the detail for people who debug. */
function idOf(detail: Readonly<Record<string, unknown>>): string | undefined {
  const { id, debug } = detail;
  if (typeof id === 'string' && id !== '') return id;
  return isRecord(debug) ? idOf(debug) : undefined;
}

/** ZITADEL appends the id to each message: all that is left of it where the details are binary. */
function trailingId(message: string): string | undefined {
  return / \(([A-Za-z0-9]+-[A-Za-z0-9]+)\)$/.exec(message)?.[1];
}
