import { curlLine } from '../../http/curl-line.ts';
import { redactHeader, redactText } from '../../http/redact-by-name.ts';
import { LONGEST_BODY, type RecordedMessage } from './recorded-message.ts';
import type { LoggedRequest } from './request-log.ts';
import { shownPath } from './shown-path.ts';

/** The first line of a request and of its answer, as those may see it who look on. */
export interface RequestSummary {
  readonly number: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** Null when the connection was cut. */
  readonly status: number | null;
  readonly duration_ms: number;
}

/** All that is remembered of a request, without secrets. */
export interface RequestDocument extends RequestSummary {
  readonly request: MessageDocument;
  readonly response: MessageDocument;
  /** A line for a shell that sends it again, with the token in a variable. */
  readonly curl: string;
}

export interface MessageDocument {
  readonly headers: Readonly<Record<string, string>>;
  /** Null when there was none, or when it is no text. */
  readonly body: string | null;
  /** In bytes. A body longer than what is kept ends early. */
  readonly length: number;
}

export function requestSummary({ number, at, method, target, status, milliseconds }: LoggedRequest): RequestSummary {
  const [time, duration] = [new Date(at).toISOString(), Math.round(milliseconds * 10) / 10];
  return { number, time, method, path: shownPath(target), status: status ?? null, duration_ms: duration };
}

/** `origin` is where the request was sent. */
export function requestDocument(entry: LoggedRequest, origin: string): RequestDocument {
  const summary = requestSummary(entry);
  const [request, response] = [messageDocument(entry.request()), messageDocument(entry.response())];
  return { ...summary, request, response, curl: curlOf(summary, request, origin) };
}

/** What curl sends by itself, or works out. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'user-agent', 'expect'],
  ...['origin', 'referer', 'cookie', 'keep-alive', 'te', 'accept-language'],
]);

/** Secrets other than the token are missing. */
function curlOf({ method, path }: RequestSummary, { headers, body }: MessageDocument, origin: string): string {
  const given = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name) && !name.startsWith('sec-'));
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return curlLine({ method, url: `${origin}${path}`, headers: Object.fromEntries(given), body: hasBody ? body : null });
}

const TEXT = /json|text|xml|urlencoded|javascript/i;

function messageDocument({ headers, body, length }: RecordedMessage): MessageDocument {
  const shown = Object.entries(headers).map(([name, value]) => [name, redactHeader(name, value)]);
  const isShown = body.length > 0 && TEXT.test(headers['content-type'] ?? '') && !body.includes(0);
  const text = isShown ? redactText(body.toString('utf8')) : null;
  return { headers: Object.fromEntries(shown), body: text === null || length <= LONGEST_BODY ? text : `${text}…`, length };
}
