import type { Context } from '../../context/context.ts';
import { flowkiwi } from '../../hint.ts';
import type { HttpRequest } from '../../http/client.ts';
import { commonHeaders } from '../../http/content-coding.ts';
import { curlLine } from '../../http/curl-line.ts';
import { redactText } from '../../http/redact-by-name.ts';
import { type Result, valueResult } from '../kit/result.ts';

interface Wanted {
  readonly curl: boolean;
  readonly input: string | undefined;
}

/** The request that is not sent: as it is, or as a line of curl. `input` is the file of its body. */
export function unsentResult(context: Context, request: HttpRequest, { curl, input }: Wanted): Result {
  return curl ? curlResult(context, request, input) : requestResult(context, request, input);
}

function curlResult({ edges, options }: Context, { method, url, headers, body }: HttpRequest, input: string | undefined): Result {
  const line = curlLine({ method, url: url.href, headers, body: input === undefined ? textOf(body) : { file: input } });
  const words = { success: 'Nothing was sent. The line takes the token from FLOWKIWI_TOKEN', next: flowkiwi('auth', 'token') };
  const shown = valueResult({ curl: line }, [line], words);
  const isData = options.format === 'json' || options.format === 'yaml';
  // What a terminal cannot take is escaped there alone: in a pipe the line stays one that can be run.
  return isData || edges.stdout.isTerminal ? shown : { ...shown, print: (printer) => printer.raw([`${line}\n`]) };
}

function requestResult({ edges, version }: Context, request: HttpRequest, input: string | undefined): Result {
  const { method, url, body } = request;
  const headers = { ...commonHeaders(`flowkiwi/${version}`, edges.nodeVersion), ...request.headers };
  const text = textOf(body);
  // Nobody has said which parts of a file are secret.
  const shown = text !== null && input !== undefined ? redactText(text) : text;
  const size = text === null && body !== undefined ? `(${body.length} bytes that are no text)` : undefined;
  const lines = [
    `${method} ${url.href}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['', ...(size ?? shown ?? '').split(/\r?\n/)]),
  ];
  const data = { method, url: url.href, headers, body: shown, body_bytes: Buffer.byteLength(body ?? '') };
  return valueResult(data, lines, { success: 'Nothing was sent' });
}

/** Null without a body, and for one that is no text. */
function textOf(body: HttpRequest['body']): string | null {
  if (body === undefined || typeof body === 'string') return body ?? null;
  const text = Buffer.from(body).toString('utf8');
  return /[\0\ufffd]/.test(text) ? null : text;
}
