import type { Answer } from '../http/front-end.ts';
import type { OAuthError } from './oauth-error.ts';

export function json(status: number, document: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
}

export function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** Always JSON, whatever the client would rather read. */
export function errorAnswer({ status, error, description }: OAuthError): Answer {
  return json(status, { error, ...(description === undefined ? {} : { error_description: description }) });
}

/** A redirect as Go's server sends it: with a link for those who read the answer of a GET. */
export function redirect(verb: string, location: string): Answer {
  if (verb !== 'GET' && verb !== 'HEAD') return { status: 302, headers: { location }, body: '' };
  const headers = { location, 'content-type': 'text/html; charset=utf-8' };
  return { status: 302, headers, body: `<a href="${location.replaceAll('&', '&amp;')}">Found</a>.\n\n` };
}

/** The URI with these parameters in its query, sorted by their names; those that are undefined are left out. */
export function withParameters(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  url.searchParams.sort();
  return url.href;
}
