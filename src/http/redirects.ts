import type { HttpRequest, HttpResponse } from './client.ts';
import { TransportError } from './transport-error.ts';

export const MAX_REDIRECTS = 5;

const ALWAYS_SAME_METHOD: ReadonlySet<number> = new Set([307, 308]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Answers that may follow on work that is already done (RFC 9110 sections 15.4.3 and 15.4.4). */
const MAY_BE_DONE: ReadonlySet<number> = new Set([302, 303]);

/**
 * The request to make next, or undefined when `response` is the final answer. Pure.
 * GET and HEAD follow every redirect within their origin, other methods only 307 and 308, with the same method, headers and body.
 * Throws `TransportError` `redirect` for one that leads to another origin (the credential must not go there) and for the
 * sixth in a row; `followed` counts those already taken.
 */
export function nextRequest(request: HttpRequest, response: HttpResponse, followed: number): HttpRequest | undefined {
  const location = response.headers['location'];
  if (!REDIRECTS.has(response.status) || location === undefined) {
    return undefined;
  }
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const refuse = (message: string) =>
    new TransportError('redirect', message, { url: request.url, mayHaveBeenReceived: !isRead && MAY_BE_DONE.has(response.status) });
  const { origin } = request.url;
  const target = parseUrl(location, request.url);
  if (target === undefined) {
    throw refuse(`${origin} redirects to an address that is not a URL`);
  }
  if (target.origin !== origin) {
    const destination = target.origin === 'null' ? `a ${target.protocol} address` : target.origin;
    throw refuse(`${origin} redirects to ${destination}, where the credential is not sent`);
  }
  if (!isRead && !ALWAYS_SAME_METHOD.has(response.status)) {
    return undefined;
  }
  if (followed >= MAX_REDIRECTS) {
    throw refuse(`${origin} redirects more than ${MAX_REDIRECTS} times in a row`);
  }
  return { ...request, url: target };
}

function parseUrl(text: string, base: URL): URL | undefined {
  return URL.canParse(text, base.href) ? new URL(text, base) : undefined;
}
