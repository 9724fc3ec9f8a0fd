import { isRecord, parseJson } from '../record.ts';
import type { HttpResponse } from './client.ts';
import { retryAfter } from './retry-after.ts';

type Answer = Pick<HttpResponse, 'status' | 'headers' | 'body'>;

/**
 * Whether an answer says that the request had no effect and may be sent again later: 429, and a 503 that is the API's own problem document or
 * has a `Retry-After`. Any other 503 may come from a gateway that lost the server behind it after the request had arrived there. Pure.
 */
export function isRefusal(answer: Answer): boolean {
  const { status, headers } = answer;
  if (status === 429) return true;
  if (status !== 503) return false;
  // Varnish asks to come back also when the server behind it was cut off.
  const isVarnish = /\bvarnish\b/i.test(headers['server'] ?? '');
  return isOwnProblem(answer) || (!isVarnish && retryAfter(headers, 0) !== undefined);
}

/** Answers that the server gives without having looked at the request: not implemented, another version of HTTP, a network that wants a login. */
const NEVER_CARRIED_OUT: ReadonlySet<number> = new Set([501, 505, 511]);

/**
 * Whether an answer leaves open if a request that was to change something had its effect: the server failed in the middle of it, or a gateway
 * speaks in its place. A redirect with 302 or 303 may follow on work that is done (RFC 9110 sections 15.4.3 and 15.4.4). Pure.
 */
export function leavesOpen(answer: Answer): boolean {
  const { status } = answer;
  if (status === 302 || status === 303 || status === 499) return true;
  return status >= 500 && !NEVER_CARRIED_OUT.has(status) && !isRefusal(answer);
}

/** A problem document (RFC 9457) of the API or its framework; some gateways write ones whose type is an address of their maker. */
function isOwnProblem({ headers, body }: Answer): boolean {
  if (!/^application\/(problem|ld)\+json\b/i.test(headers['content-type'] ?? '')) return false;
  const document = parseJson(body);
  if (!isRecord(document)) return false;
  const { type } = document;
  return typeof type !== 'string' || !/^https?:/i.test(type) || /^https?:\/\/[\w.]*\bietf\.org\//i.test(type);
}
