import type { HttpRequest, HttpResponse } from './client.ts';
import type { HttpProxy } from './proxy.ts';
import { redactForm, redactHeader, redactJson, redactUrl } from './redact.ts';
import type { TransportError } from './transport-error.ts';

const MAX_BODY_CHARACTERS = 20_000;

/**
 * The lines that `--debug` shows of a request. No secret is in them; what else a server or an argument brings is as it came, line breaks
 * included, and has to be made fit for a terminal.
 */
export function traceRequest({ method, url, headers, body = '' }: HttpRequest, proxy?: HttpProxy): readonly string[] {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  const start = [...(proxy ? [`* through the proxy ${proxy.origin} (${proxy.variable})`] : []), `> ${method} ${redactUrl(url)}`];
  return [...start, ...headerLines('>', headers), ...bodyLines('>', headers, text)];
}

/** The lines of an answer that took `elapsedMs`; see `traceRequest`. */
export function traceResponse({ status, headers, body }: HttpResponse, elapsedMs: number): readonly string[] {
  return [`< ${status} (${Math.round(elapsedMs)} ms)`, ...headerLines('<', headers), ...bodyLines('<', headers, body)];
}

/** The line of an attempt without an answer. */
export function traceFailure(error: TransportError, elapsedMs: number): readonly string[] {
  return [`* ${error.kind}: ${error.message} (${Math.round(elapsedMs)} ms)`];
}

/** The line of a wait before the next attempt. */
export function traceRetry(delayMs: number): readonly string[] {
  return [`* trying again in ${delayMs} ms`];
}

function headerLines(mark: string, headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${mark} ${name}: ${redactHeader(name, value)}`);
}

function bodyLines(mark: string, headers: Readonly<Record<string, string>>, body: string): string[] {
  if (body === '') {
    return [];
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const text = readableBody(type, body) ?? `(${Buffer.byteLength(body)} bytes of ${type === '' ? 'unknown type' : type})`;
  const cut = text.length - MAX_BODY_CHARACTERS;
  return [mark, `${mark} ${cut > 0 ? `${text.slice(0, MAX_BODY_CHARACTERS)}… (${cut} characters more)` : text}`];
}

/** Undefined for a body that is neither JSON nor a form: what is secret in it cannot be known. */
function readableBody(type: string, body: string): string | undefined {
  if (type === 'application/x-www-form-urlencoded') {
    return redactForm(body);
  }
  if (!/[/+]json$/.test(type)) {
    return undefined;
  }
  try {
    return JSON.stringify(redactJson(JSON.parse(body)));
  } catch {
    return undefined;
  }
}
