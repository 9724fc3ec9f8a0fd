import { REDACTED } from './secret-names.ts';

/** A request to write as a curl line. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body itself, or the file that curl reads it from; `-` is standard input. */
  readonly body: string | { readonly file: string } | null;
}

/** The variable that the line leaves the token to. */
export const TOKEN_VARIABLE = '$FLOWKIWI_TOKEN';

/**
 * A line for a POSIX shell that sends the request. A token that is redacted, or is the variable itself, is left to the variable `FLOWKIWI_TOKEN`.
 * Pure.
 */
export function curlLine({ method, url, headers, body }: CurlRequest): string {
  return [
    'curl',
    ...globOff(url),
    ...methodWords(method),
    ...Object.entries(headers).map(headerWords),
    ...dataWords(body),
    quoted(url),
  ].join(' ');
}

/** curl takes brackets and braces of a URL for patterns. */
function globOff(url: string): readonly string[] {
  return /[[\]{}]/.test(url) ? ['--globoff'] : [];
}

/** With `-X HEAD` curl would wait for a body. */
function methodWords(method: string): readonly string[] {
  if (method === 'GET') return [];
  return method === 'HEAD' ? ['--head'] : ['-X', method];
}

const TOKENS: ReadonlySet<string> = new Set([`Bearer ${REDACTED}`, `Bearer ${TOKEN_VARIABLE}`]);

/** With nothing behind the colon curl would leave the header out. */
function headerWords([name, value]: readonly [name: string, value: string]): string {
  if (name === 'authorization' && TOKENS.has(value)) return `-H "Authorization: Bearer ${TOKEN_VARIABLE}"`;
  return `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`;
}

function dataWords(body: CurlRequest['body']): readonly string[] {
  if (body === null) return [];
  return typeof body === 'string' ? [`--data-raw ${quoted(body)}`] : [`--data-binary ${quoted(`@${body.file}`)}`];
}

/** Nothing means anything between single quotes but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
