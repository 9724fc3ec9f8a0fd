import { asObject, type Json } from '../../../support/servers/sandbox-in-memory.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';

/** What a token is good for when nothing is asked for. */
export const DEFAULT_SCOPE = 'openid profile email';

export interface TokenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json;
}

/** Asks the token endpoint. */
export async function requestToken(
  issuer: string,
  form: Readonly<Record<string, string>> | readonly [string, string][],
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenReply> {
  const body = new URLSearchParams();
  for (const [name, value] of Array.isArray(form) ? form : Object.entries(form)) body.append(name, value);
  const response = await fetch(`${issuer}/oauth/token`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, json: asObject(await response.json()) };
}

/** Status and OAuth error (RFC 6749 section 5.2) of a refusal. */
export function refusal({ status, json }: TokenReply): readonly [number, unknown] {
  return [status, json['error']];
}

/** The header of `client_secret_basic`: both parts are form-encoded first (RFC 6749 section 2.3.1). */
export function basic(id: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64')}` };
}
