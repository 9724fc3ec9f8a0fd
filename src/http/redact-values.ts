import { endOfString, isRecord, parseAnyJson } from '../record.ts';
import type { HttpRequest, HttpResponse } from './client.ts';
import { isSecretMember, isSecretName, REDACTED } from './secret-names.ts';

/** What is shorter is found by chance in any text, and is not a secret worth the name. */
const SHORTEST = 8;

/** Where quotes do not pair, as in prose, the strings of JSON are not found; a text that is nothing but escapes is. */
const ESCAPES = /(?:\\u[\dA-Fa-f]{4}){8,}/g;

/** A text without the secrets that are to be concealed. */
export type RedactValues = (text: string) => string;

/**
 * Takes secrets out of texts of a server: some servers repeat in their words what they refuse. A secret is also known where it is written
 * for a URL, for JSON, in base64 or in hexadecimal. To make one is some work for each secret: only for what is to be shown.
 */
export function valueRedactor(secrets: Iterable<string>): RedactValues {
  const all = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST);
  // The longest first, so that of none a part is left because a shorter one stands in it.
  const forms = [...new Set(all.flatMap(formsOf))].sort((one, other) => other.length - one.length);
  const redactValues: RedactValues = (text) => {
    const spelt = unescaped(text, redactValues).replace(ESCAPES, (run) => {
      const characters = run.replace(/\\u(.{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
      return forms.some((form) => characters.includes(form)) ? redactValues(characters) : run;
    });
    return forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), spelt);
  };
  return forms.length === 0 ? (text) => text : redactValues;
}

/** An answer whose headers and body are without secrets. Its bytes are left out. */
export function redactedResponse({ status, headers, body, url }: HttpResponse, redactValues: RedactValues): HttpResponse {
  const shown = Object.entries(headers).map(([name, value]) => [name, redactValues(value)]);
  return { status, headers: Object.fromEntries(shown), body: redactValues(body), url };
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // Without halves of a surrogate pair, which no URL can have.
  const text = bytes.toString();
  const encoded = [encodeURIComponent(text), new URLSearchParams({ '': text }).toString().slice(1)];
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const hexadecimal = bytes.toString('hex');
  return [
    // As a header shows what is not ASCII.
    bytes.toString('latin1'),
    ...encoded,
    ...encoded.map((form) => form.replace(/%../g, (byte) => byte.toLowerCase())),
    ...[secret, json, ascii].flatMap((form) => [form, form.replaceAll('/', '\\/')]),
    hexadecimal,
    hexadecimal.toUpperCase(),
    ...base64Forms(bytes),
  ];
}

/** Of the secret alone, and within something longer, where its characters depend on how many bytes stand before it. */
function base64Forms(bytes: Buffer): readonly string[] {
  const within = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
  return [bytes.toString('base64'), ...within].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The text with those strings of JSON in it written again that hide a secret behind escapes, such as `\u0041`. */
function unescaped(text: string, redactValues: RedactValues): string {
  if (!text.includes('\\')) return text;
  const parts: string[] = [];
  let rest = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', rest)) {
    const end = endOfString(text, start);
    const literal = text.slice(start, end);
    const value = literal.length >= SHORTEST + 2 && literal.includes('\\') ? decoded(literal) : undefined;
    const shown = value === undefined ? undefined : redactValues(value);
    parts.push(text.slice(rest, start), shown === undefined || shown === value ? literal : JSON.stringify(shown));
    rest = end;
  }
  return parts.join('') + text.slice(rest);
}

function decoded(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 64;

/**
 * The secrets that a request carries: credentials in its headers, and what stands under the name of a secret in its query or its body, be that
 * a form or JSON. Of HTTP Basic (RFC 7617) also the pair in it, the password, and the password as OAuth encodes it (RFC 6749 section 2.3.1). Pure.
 */
export function secretsOf({ url, headers, body = '' }: Pick<HttpRequest, 'url' | 'headers' | 'body'>): readonly string[] {
  const type = headers['content-type'] ?? '';
  const text = typeof body === 'string' ? body : Buffer.from(body).toString();
  return [
    ...Object.entries(headers).flatMap(([name, value]) => (isSecretName(name) ? inCredentials(value) : [])),
    ...inParameters(url.searchParams),
    ...(type.startsWith('application/x-www-form-urlencoded') ? inParameters(new URLSearchParams(text)) : []),
    ...(/^[^;]*[/+]json\b/.test(type) ? inJson(parseAnyJson(text), false) : []),
  ];
}

function inCredentials(value: string): readonly string[] {
  const [, scheme = '', credentials = value] = /^([\w-]+) +(\S.*)$/.exec(value) ?? [];
  return scheme.toLowerCase() === 'basic' ? [credentials, ...inBasic(credentials)] : [credentials];
}

function inBasic(credentials: string): readonly string[] {
  const pair = Buffer.from(credentials, 'base64').toString();
  const password = pair.slice(pair.indexOf(':') + 1);
  return [pair, password, new URLSearchParams(`=${password}`).get('') ?? ''];
}

function inParameters(parameters: URLSearchParams): readonly string[] {
  return [...parameters].filter(([name]) => isSecretName(name)).map(([, value]) => value);
}

function inJson(value: unknown, isSecret: boolean, depth = 0): readonly string[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => inJson(item, isSecret, depth + 1));
  if (isRecord(value)) return Object.entries(value).flatMap(([name, item]) => inJson(item, isSecret || isSecretMember(name), depth + 1));
  return isSecret && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [];
}
