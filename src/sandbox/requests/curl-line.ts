import { REDACTED } from '../../http/secret-names.ts';

/** A request as it is shown, without secrets. */
interface Shown {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What curl sends by itself, or works out. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'user-agent', 'expect'],
  ...['origin', 'referer', 'cookie', 'keep-alive', 'te', 'accept-language'],
]);

/** A line for a POSIX shell that sends the request again. The token is left to the variable `FLOWKIWI_TOKEN`; other secrets are missing. Pure. */
export function curlLine({ method, path, headers, body }: Shown, origin: string): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !OWN_HEADERS.has(name) && !name.startsWith('sec-'))
    .map(([name, value]) => `-H ${header(name, value)}`);
  const data = body === null || method === 'GET' || method === 'HEAD' ? [] : [`--data-raw ${quoted(body)}`];
  return ['curl', ...(method === 'GET' ? [] : ['-X', method]), ...lines, ...data, quoted(`${origin}${path}`)].join(' ');
}

function header(name: string, value: string): string {
  return name === 'authorization' && value === `Bearer ${REDACTED}`
    ? '"Authorization: Bearer $FLOWKIWI_TOKEN"'
    : quoted(`${name}: ${value}`);
}

/** Nothing means anything between single quotes but their end. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
