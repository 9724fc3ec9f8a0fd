import { CliError } from '../errors.ts';

/**
 * An id as one part of a path, percent-encoded. Throws `not_found` for what cannot be one: a URL leaves `.` and `..` out together with the
 * part before them (WHATWG URL, double-dot URL path segment), which would make another request of it, and so would nothing at all;
 * half a surrogate pair has no percent-encoding.
 */
export function pathPart(id: string): string {
  if (!['', '.', '..'].includes(id) && !/\p{Surrogate}/u.test(id)) return encodeURIComponent(id);
  throw new CliError('not_found', `${JSON.stringify(id)} cannot be an id`, { hint: 'give the id that the server has given' });
}
