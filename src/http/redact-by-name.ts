import { CliError } from '../errors.ts';
import { writeJson } from '../json-writer.ts';
import { keysOf, orderedRecord } from '../ordered-record.ts';
import { isRecord, parseAnyJson } from '../record.ts';
import { isSecretMember, isSecretName, REDACTED } from './secret-names.ts';

const MAX_DEPTH = 64;

/** The number of an error, as gRPC has them: an authorization code is longer. */
function isErrorCode(name: string, value: string): boolean {
  return name === 'code' && /^\d{1,3}$/.test(value);
}

/** PEM (RFC 7468), also where its line breaks are written as `\n`; one without an end counts to the end of the text. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/gs;

/** The value of a header as it may be shown; of an `Authorization` only a well-known scheme is left. */
export function redactHeader(name: string, value: string): string {
  if (!isSecretName(name)) {
    return redactText(value);
  }
  const scheme = /^(Basic|Bearer|DPoP) /i.exec(value)?.[0] ?? '';
  return scheme + REDACTED;
}

/** The URL without userinfo and with secret query and fragment parameters replaced. */
export function redactUrl(url: URL): string {
  const shown = new URL(url);
  if (shown.username !== '' || shown.password !== '') {
    shown.username = '';
    shown.password = '';
  }
  const query = shown.search === '' ? '' : `?${redactForm(shown.search.slice(1))}`;
  const fragment = shown.hash === '' ? '' : `#${redactText(shown.hash.slice(1))}`;
  shown.search = '';
  shown.hash = '';
  return redactTokens(shown.href) + query + fragment;
}

/** A form body or query string with its secret values replaced, written for reading: values are decoded. */
export function redactForm(form: string): string {
  return [...new URLSearchParams(form)]
    .map(([name, value]) => `${redactText(name)}=${isSecretName(name) ? REDACTED : redactText(value)}`)
    .join('&');
}

/** A parsed JSON value with every secret replaced, however deep, JSON within strings included. Does not change its argument. */
export function redactJson(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) {
    return REDACTED;
  }
  if (typeof value === 'string') {
    return redactText(value, depth);
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactJson(item, depth + 1));
  }
  if (isRecord(value)) {
    return orderedRecord(keysOf(value).map((name) => [redactText(name, depth + 1), redactMember(name, value[name], depth + 1)]));
  }
  return value;
}

/** Any other text: JSON in it, parameters, URLs with userinfo, bearer tokens, JWTs and private keys are looked for. */
export function redactText(text: string, depth = 0): string {
  const json = depth > MAX_DEPTH ? undefined : parseStructure(text);
  return json === undefined ? redactTokens(redactPairs(text)) : writeJson(redactJson(json, depth + 1));
}

function redactMember(name: string, value: unknown, depth: number): unknown {
  const isHarmless = value === null || typeof value === 'boolean' || (typeof value === 'number' && isErrorCode(name, `${value}`));
  return isSecretMember(name) && !isHarmless ? REDACTED : redactJson(value, depth);
}

/** `name=value` and `"name": "value"` within prose, an address or broken JSON. Lengths are bounded to keep the time linear. */
function redactPairs(text: string): string {
  return text
    .replace(/([\w.[\]-]{1,64})(=)("[^"]*"?|[^\s&"',;#<>]+)/g, redactPair(isSecretName))
    .replace(/"([\w.-]{1,64})\\?"(\s{0,8}:\s{0,8})(\\?"(?:[^"\\]|\\.)*"?|[^\s,}\]]+)/g, redactPair(isSecretMember));
}

function redactPair(isSecret: (name: string) => boolean) {
  return (pair: string, name: string, _separator: string, value: string): string =>
    isSecret(name) && !isErrorCode(name, value) ? pair.slice(0, pair.length - value.length) + REDACTED : pair;
}

function redactTokens(text: string): string {
  return text
    .replace(PRIVATE_KEY, REDACTED)
    .replace(/[\w.-]{10,}/g, redactJwt)
    .replace(/\b(Bearer|Basic|DPoP)(\s{1,8})(?!realm\b|error\b|scope\b|algs\b|resource_metadata\b)[\w.~+/=-]{8,}/gi, `$1$2${REDACTED}`)
    .replace(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]+@/gi, `$1${REDACTED}@`);
}

/** A JWT starts with the base64url of `{"`; what comes before it may be glued to it (`%20eyJ…`). */
function redactJwt(word: string): string {
  const start = word.indexOf('eyJ');
  return start >= 0 && word.includes('.', start) ? `${word.slice(0, start)}${REDACTED} (a JWT)` : word;
}

function parseStructure(text: string): unknown {
  return /^\s*[[{]/.test(text) ? parseAnyJson(text) : undefined;
}

/** What nobody has thrown for a person to read, as `internal`. Its message is redacted: it may quote what the program was working with. */
export function internalError(thrown: unknown): CliError {
  const message = redactText(thrown instanceof Error ? thrown.message : String(thrown));
  return new CliError('internal', `something went wrong inside flowkiwi: ${message}`, {
    hint: 'this is a bug of flowkiwi; run the command with --debug and report what it shows',
    cause: thrown,
  });
}
