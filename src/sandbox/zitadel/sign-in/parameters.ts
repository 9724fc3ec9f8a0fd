import type { HttpCall } from '../http/front-end.ts';
import { OAuthError } from './oauth-error.ts';

/** The parameters of a request, from its body and its query. */
export interface Parameters {
  /** The last value of that name, which is the one that counts; undefined when there is none. */
  readonly value: (name: string) => string | undefined;
  /** The first value of that name. */
  readonly first: (name: string) => string | undefined;
}

/**
 * Reads the parameters as ZITADEL's server does, whatever the method: those of a form in the body, then those of the query. A body of another type
 * is passed over. Throws 400 for what is not encoded as forms are.
 */
export function parametersOf({ verb, target, headers, body }: HttpCall): Parameters {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const hasForm = ['POST', 'PUT', 'PATCH'].includes(verb) && /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
  const pairs = [hasForm ? (body?.toString('utf8') ?? '') : '', query].flatMap((text) => {
    if (/%(?![0-9a-f]{2})/i.test(text)) throw new OAuthError(400, 'invalid_request', 'error parsing form');
    return [...new URLSearchParams(text)];
  });
  const valuesOf = (name: string) => pairs.filter(([key]) => key === name).map(([, value]) => value);
  return { value: (name) => valuesOf(name).at(-1), first: (name) => valuesOf(name)[0] };
}

/** The value of a parameter; for one that is absent or empty it throws 400 in ZITADEL's words. */
export function required({ value }: Parameters, name: string): string {
  const text = value(name);
  if (!text) throw new OAuthError(400, 'invalid_request', `${name} missing`);
  return text;
}

const SCOPE_IS_MISSING =
  'The scope of your request is missing. Please ensure some scopes are requested. If you have any questions, you may contact the administrator of the application.';

/** The scopes of a request that has to name some, but may name none of them. Throws 400 without the parameter. */
export function requiredScopes({ value }: Parameters): string[] {
  const scope = value('scope');
  if (scope === undefined) throw new OAuthError(400, 'invalid_request', SCOPE_IS_MISSING);
  return scopesIn(scope);
}

/** The scopes of a list with blanks between them. */
export function scopesIn(scope: string): string[] {
  return scope.split(' ').filter((name) => name !== '');
}
