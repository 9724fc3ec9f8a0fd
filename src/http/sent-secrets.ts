import { isRecord, parseJson } from '../record.ts';
import type { HttpRequest } from './client.ts';
import { isSecretName } from './redact.ts';

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
    ...(/^[^;]*[/+]json\b/.test(type) ? inJson(parseJson(text), false) : []),
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
  if (isRecord(value)) return Object.entries(value).flatMap(([name, item]) => inJson(item, isSecret || isSecretName(name), depth + 1));
  return isSecret && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [];
}
