import { curlLine } from '../../http/curl-line.ts';
import { redactHeader, redactText } from '../../http/redact-by-name.ts';
import type { SandboxMessage, SandboxRequest } from '../library/interface.ts';
import { LONGEST_BODY, type RecordedMessage } from './recorded-message.ts';
import type { LoggedRequest } from './request-log.ts';
import { shownPath } from './shown-path.ts';

/** The first line of a request and of its answer, as those may see it who look on. */
export type RequestSummary = Omit<SandboxRequest, 'request' | 'response' | 'curl'>;

export function requestSummary({ number, at, method, target, status, milliseconds }: LoggedRequest): RequestSummary {
  const [time, duration] = [new Date(at).toISOString(), Math.round(milliseconds * 10) / 10];
  return { number, time, method, path: shownPath(target), status: status ?? null, duration_ms: duration };
}

/** `origin` is where the request was sent. */
export function requestDocument(entry: LoggedRequest, origin: string): SandboxRequest {
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
function curlOf({ method, path }: RequestSummary, { headers, body }: SandboxMessage, origin: string): string {
  const given = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name) && !name.startsWith('sec-'));
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return curlLine({ method, url: `${origin}${path}`, headers: Object.fromEntries(given), body: hasBody ? body : null });
}

const TEXT = /json|text|xml|urlencoded|javascript/i;

function messageDocument({ headers, body, length }: RecordedMessage): SandboxMessage {
  const shown = Object.entries(headers).map(([name, value]) => [name, redactHeader(name, value)]);
  const isShown = body.length > 0 && TEXT.test(headers['content-type'] ?? '') && !body.includes(0);
  const text = isShown ? redactText(body.toString('utf8')) : null;
  return { headers: Object.fromEntries(shown), body: text === null || length <= LONGEST_BODY ? text : `${text}…`, length };
}
