/** What the pending request expects of its answer. */
export interface ExpectedAnswer {
  readonly state: string;
  readonly issuer: string;
  /** Whether the server announces `iss` in its answers (`authorization_response_iss_parameter_supported`). */
  readonly issExpected: boolean;
}

/** The server's answer to the authorization request (RFC 6749 sections 4.1.2 and 4.1.2.1). */
export type AuthorizationAnswer =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'error'; readonly error: string; readonly description: string | undefined };

/** A request that does not answer ours, from any sender: it must change nothing. */
export interface ForeignAnswer {
  readonly kind: 'foreign';
  readonly reason: string;
}

/**
 * Checks an authorization response in this order: duplicate parameters (RFC 6749 section 3.1), `iss` (RFC 9207 section 2.4), `state`; only
 * what passes is believed, first `error`, then `code`. An `iss` that was not announced is accepted when it is right. A parameter
 * without a value counts as absent. Pure.
 */
export function readAuthorizationResponse(query: URLSearchParams, expected: ExpectedAnswer): AuthorizationAnswer | ForeignAnswer {
  const names = [...query.keys()];
  if (new Set(names).size !== names.length) {
    return foreign('a parameter appears more than once');
  }
  const parameter = (name: string) => query.get(name) || undefined;
  const issuer = parameter('iss');
  if (issuer === undefined ? expected.issExpected : issuer !== expected.issuer) {
    return foreign('it does not come from the sign-in server that was asked');
  }
  if (parameter('state') !== expected.state) {
    return foreign('it does not belong to the sign-in that is under way');
  }
  const error = parameter('error');
  if (error !== undefined) {
    return { kind: 'error', error, description: parameter('error_description') };
  }
  const code = parameter('code');
  return code === undefined ? foreign('it carries neither a code nor an error') : { kind: 'code', code };
}

function foreign(reason: string): ForeignAnswer {
  return { kind: 'foreign', reason };
}
