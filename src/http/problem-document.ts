import { stripVTControlCharacters } from 'node:util';
import { isRecord, parseJson } from '../record.ts';
import type { HttpResponse } from './client.ts';
import { redactText } from './redact-by-name.ts';

const MAX_TEXT = 2_000;
const MAX_VIOLATIONS = 100;

/** One refused field, with the server's own code for the reason where it gives one. */
export interface ProblemViolation {
  /** The API's name of the field, empty when it names none. */
  readonly propertyPath: string;
  readonly message: string;
  readonly code: string | undefined;
}

/** What an error answer says. All texts are one line, free of control characters and at most 2,000 characters long. */
export interface Problem {
  readonly title: string | undefined;
  readonly detail: string | undefined;
  /** For programs: `error_code`, OAuth's `error`, or the id in a gRPC error's details. */
  readonly errorCode: string | undefined;
  readonly violations: readonly ProblemViolation[];
  readonly missingPermissions: readonly string[];
  /** What the body is; only `json` has the fields above, `text` only `detail`. */
  readonly body: 'json' | 'text' | 'web page' | 'empty' | 'other';
  readonly requestId: string | undefined;
}

const REQUEST_ID_HEADERS = ['x-request-id', 'x-correlation-id', 'request-id', 'x-amzn-requestid', 'x-trace-id', 'traceparent'];

/**
 * Reads an error answer of any of the dialects that occur: problem documents plain or as JSON-LD (RFC 9457, API Platform), LexikJWT's
 * `{code, message}`, OAuth's `{error, error_description}` (RFC 6749 section 5.2), gRPC-gateway's `{code, message, details}`, and whatever a
 * gateway says instead. Never throws.
 */
export function readProblem(response: HttpResponse): Problem {
  const { body, headers } = response;
  const requestId = oneLine(
    REQUEST_ID_HEADERS.map((name) => headers[name]).find((value) => value !== undefined && value !== ''),
    200,
  );
  const empty = { title: undefined, errorCode: undefined, violations: [], missingPermissions: [], requestId };
  if (body.trim() === '') {
    return { ...empty, ...readChallenge(headers['www-authenticate']), body: 'empty' };
  }
  const document = parseRecord(body);
  if (document !== undefined) {
    return { ...readDocument(document), body: 'json', requestId };
  }
  if (isWebPage(response)) {
    return { ...empty, detail: undefined, body: 'web page' };
  }
  const isText = (headers['content-type'] ?? '').startsWith('text/plain');
  return { ...empty, detail: isText ? oneLine(body) : undefined, body: isText ? 'text' : 'other' };
}

/** True for an HTML body, which is never the API's answer: a gateway, a login page, a wrong address. */
export function isWebPage({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): boolean {
  return /^(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html|head|body)\b/i.test(body);
}

function readDocument(document: Readonly<Record<string, unknown>>): Omit<Problem, 'body' | 'requestId'> {
  const { error } = document;
  if (isRecord(error)) {
    return readDocument(error);
  }
  const details = Array.isArray(document['details']) ? document['details'].filter(isRecord) : [];
  const texts = [
    document['detail'],
    document['description'],
    document['hydra:description'],
    document['error_description'],
    document['message'],
  ];
  const codes = [document['error_code'], error, ...details.map(({ id }) => id)];
  return {
    title: first([document['title'], document['hydra:title']]),
    detail: first(texts),
    errorCode: first(codes),
    violations: readViolations(document['violations']),
    missingPermissions: readStrings(document['missingPermissions']),
  };
}

function readViolations(value: unknown): ProblemViolation[] {
  const items = Array.isArray(value) ? value.filter(isRecord).slice(0, MAX_VIOLATIONS) : [];
  return items.map((item) => ({
    propertyPath: first([item['propertyPath'], item['property_path'], item['field']]) ?? '',
    message: first([item['message'], item['title']]) ?? 'not accepted',
    code: first([item['code']]),
  }));
}

function readStrings(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value.slice(0, MAX_VIOLATIONS) : [];
  return items.flatMap((item) => oneLine(item) ?? []);
}

/** The `error` and `error_description` of a bearer challenge (RFC 6750 section 3). */
function readChallenge(challenge: string | undefined): Pick<Problem, 'detail' | 'errorCode'> {
  const parameter = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge ?? '')?.[1];
  return { detail: oneLine(parameter('error_description')), errorCode: oneLine(parameter('error')) };
}

function first(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = oneLine(value);
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

/** Text of a server as one harmless line: control characters, escape sequences and bidirectional overrides go, secrets too. */
function oneLine(value: unknown, limit = MAX_TEXT): string | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const text = stripVTControlCharacters(redactText(value.slice(0, limit * 4)))
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  if (text === '') {
    return undefined;
  }
  return text.length > limit ? `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}
