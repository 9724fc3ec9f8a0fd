import { parseExactly } from '../exact-json.ts';
import { writeJson } from '../json-writer.ts';
import type { HttpRequest, HttpResponse } from './client.ts';
import type { HttpProxy } from './proxy.ts';
import { redactForm, redactHeader, redactJson, redactUrl } from './redact-by-name.ts';
import type { RedactValues } from './redact-values.ts';
import type { TransportError } from './transport-error.ts';

const MAX_BODY_CHARACTERS = 20_000;

/**
 * The lines that `--debug` shows of a request. No secret is in them, by its name or its form, nor what `redactValues` takes out; what else a server
 * or an argument brings is as it came, line breaks included, and has to be made fit for a terminal.
 */
export function traceRequest(
  { method, url, headers, body = '' }: HttpRequest,
  redactValues: RedactValues,
  proxy?: HttpProxy,
): readonly string[] {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const start = [
    ...(proxy ? [`* through the proxy ${proxy.origin} (${proxy.variable})`] : []),
    `> ${method} ${redactValues(redactUrl(url))}`,
  ];
  return [...start, ...headerLines('>', headers, redactValues), ...bodyLines('>', { headers, body: text }, redactValues)];
}

/** The lines of an answer that took `elapsedMs`; see `traceRequest`. */
export function traceResponse({ status, headers, body }: HttpResponse, redactValues: RedactValues, elapsedMs: number): readonly string[] {
  return [
    `< ${status} (${Math.round(elapsedMs)} ms)`,
    ...headerLines('<', headers, redactValues),
    ...bodyLines('<', { headers, body }, redactValues),
  ];
}

/** The line of an attempt without an answer. */
export function traceFailure(error: TransportError, redactValues: RedactValues, elapsedMs: number): readonly string[] {
  return [`* ${error.kind}: ${redactValues(error.message)} (${Math.round(elapsedMs)} ms)`];
}

/** The line of a wait before the next attempt. */
export function traceRetry(delayMs: number): readonly string[] {
  return [`* trying again in ${delayMs} ms`];
}

function headerLines(mark: string, headers: Readonly<Record<string, string>>, redactValues: RedactValues): string[] {
  return Object.entries(headers).map(([name, value]) => `${mark} ${name}: ${redactValues(redactHeader(name, value))}`);
}

function bodyLines(mark: string, { headers, body }: Pick<HttpResponse, 'headers' | 'body'>, redactValues: RedactValues): string[] {
  if (body === '') {
    return [];
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const text = readableBody(type, body) ?? `(${Buffer.byteLength(body)} bytes of ${type === '' ? 'unknown type' : type})`;
  const cut = text.length - MAX_BODY_CHARACTERS;
  // A secret that would be cut in two is concealed whole.
  const shown = redactValues(text.slice(0, 2 * MAX_BODY_CHARACTERS)).slice(0, MAX_BODY_CHARACTERS);
  return [mark, `${mark} ${cut > 0 ? `${shown}… (${cut} characters more)` : shown}`];
}

/** Undefined for a body that is neither JSON nor a form: what is secret in it cannot be known. */
function readableBody(type: string, body: string): string | undefined {
  if (type === 'application/x-www-form-urlencoded') {
    return redactForm(body);
  }
  if (!/[/+]json$/.test(type)) {
    return undefined;
  }
  const json = parseExactly(body);
  return json === undefined ? undefined : writeJson(redactJson(json));
}
