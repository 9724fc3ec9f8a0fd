import { CliError } from '../errors.ts';
import type { Help } from '../hint.ts';
import type { HttpRequest, HttpResponse } from '../http/client.ts';
import type { Creation } from '../http/unknown-outcome.ts';

/**
 * One call of an API as a pair of pure functions: `request` says what to send, `interpret` reads the answer.
 * The session between them adds the credential and sends.
 */
export interface Operation<T> extends BareOperation {
  /** Reads the JSON of a successful answer. Returns undefined when it is not of the documented form. */
  readonly interpret: (json: unknown) => T | undefined;
  /** How the text of the answer is read, where `JSON.parse` would lose some of it; undefined for what is not JSON. */
  readonly parse?: ((text: string) => unknown) | undefined;
  /** For a create: what it has made, by the id that the header `Location` of its answer names (RFC 9110 section 10.2.2). */
  readonly made?: (id: string) => Made<T>;
}

/** What a create has made whose answer cannot be read. */
export interface Made<T> {
  /** Reads it. */
  readonly read: Operation<T>;
  /** It as far as it is known from what was sent. */
  readonly known: T;
}

/** A call whose answer says nothing beyond its status, or is not read. */
export interface BareOperation {
  /** For messages: "create the organization". */
  readonly action: string;
  readonly request: ApiRequest;
  /** Says more about a refusal than its status does; undefined leaves the general error. */
  readonly refused?: ((response: HttpResponse, error: CliError) => CliError | undefined) | undefined;
  /** The hint when the request may have arrived but no answer came back: what to look at before it is sent again. */
  readonly ifLost?: Help;
  /** Given for a call that makes something: what, and how its fate is found out when the answer is lost. */
  readonly creates?: Creation | undefined;
}

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** Beneath the API's base URL, beginning with a slash, its parts already percent-encoded. */
  readonly path: string;
  /** The path is the whole one with its query, as servers write it in links. */
  readonly absolute?: boolean;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  /** A body that is sent byte by byte, in place of `json`. */
  readonly body?: string | Uint8Array | undefined;
  /** Added to those of the dialect; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It may be sent twice, whatever its method: it changes nothing, or the second time nothing more. */
  readonly safe?: boolean;
  /** As of an HTTP request. */
  readonly onSending?: (() => void) | undefined;
}

/**
 * An id as one part of a path, percent-encoded. Throws `not_found` for what cannot be one: a URL leaves `.` and `..` out together with the
 * part before them (WHATWG URL, double-dot URL path segment), which would make another request of it, and so would nothing at all;
 * half a surrogate pair has no percent-encoding.
 */
export function pathPart(id: string): string {
  if (!['', '.', '..'].includes(id) && !/[\uD800-\uDFFF]/u.test(id)) return encodeURIComponent(id);
  throw new CliError('not_found', `${JSON.stringify(id)} cannot be an id`, { hint: 'give the id that the server has given' });
}

/**
 * Where a request goes. The path is put into the base URL rather than resolved against it: resolved, one that begins with `//` names another
 * host. Pure.
 */
export function requestUrl(base: URL, { path, absolute, query }: Pick<ApiRequest, 'path' | 'absolute' | 'query'>): URL {
  if (absolute) return new URL(base.origin + path);
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/$/, '') + path;
  url.search = new URLSearchParams(query).toString();
  return url;
}

/**
 * The id in the header `Location` of an answer to a create: the one step of its path that follows the path of the request, whatever a gateway has
 * put before that. Undefined when there is none. Pure.
 */
export function idInLocation(
  { headers, url }: Pick<HttpResponse, 'headers' | 'url'>,
  { path }: Pick<ApiRequest, 'path'>,
): string | undefined {
  const { location = '' } = headers;
  try {
    const { pathname } = new URL(location, url);
    const [, step = ''] = pathname.split(`${path}/`);
    return step === '' || step.includes('/') ? undefined : decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
