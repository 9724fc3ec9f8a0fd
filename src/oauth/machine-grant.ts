import { customFetch, genericGrantRequest } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { createFetch } from './fetch-adapter.ts';
import { type ProtocolFailure, readFailure, withoutSecrets } from './protocol-failure.ts';
import { scopesToRequest } from './server-metadata.ts';
import { readTokenResponse, type TokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** Who asks for tokens without a person, and for what. */
export interface MachineClient extends OAuthClient {
  readonly clock: Clock;
  readonly scopes: readonly string[];
}

/** Parameters of a token request besides the usual ones. */
export type Parameters = Readonly<Record<string, string>>;

/** How a grant without a person ended. */
export type GrantOutcome =
  | { readonly kind: 'issued'; readonly tokens: TokenSet; readonly response: TokenResponse }
  | { readonly kind: 'failed'; readonly failure: ProtocolFailure };

/**
 * One request to the token endpoint (RFC 6749 section 4.5), with the scopes if there are any. A machine asks again rather than refresh, so
 * a refresh token is dropped (RFC 6749 section 4.4.3). So is an id token: it would be about the machine, and at some servers is for
 * another audience. It is sent once: a server may take an assertion once only (RFC 7523 section 3).
 * Throws `auth` for a kind of token that this program cannot present, and the reason of an abort.
 */
async function requestTokens(
  { clock, scopes, ...client }: MachineClient,
  grantType: string,
  parameters: Parameters,
): Promise<GrantOutcome> {
  const requestedAt = clock.now();
  const configuration = createConfiguration(client);
  configuration[customFetch] = createFetch(client.http, client.signal, { ignored: ['id_token', 'refresh_token'] });
  const scope = scopesToRequest(scopes, client.server).join(' ');
  try {
    const response = await genericGrantRequest(configuration, grantType, { ...(scope !== '' && { scope }), ...parameters });
    return { kind: 'issued', tokens: readTokenResponse(response, requestedAt), response };
  } catch (error) {
    const secrets = SECRET_PARAMETERS.flatMap((name) => parameters[name] ?? []);
    const { authentication } = client;
    if (authentication?.kind === 'secret') secrets.push(authentication.secret);
    return { kind: 'failed', failure: withoutSecrets(readFailure(error, client.signal), secrets) };
  }
}

/** Those of them that are secrets. */
const SECRET_PARAMETERS = ['assertion', 'subject_token'];

export const CLIENT_CREDENTIALS = 'client_credentials';

/** Tokens for the client itself (RFC 6749 section 4.4), which authenticates as it says. Throws as `requestTokens` does. */
export function clientCredentialsGrant(client: MachineClient, parameters: Parameters = {}): Promise<GrantOutcome> {
  return requestTokens(client, CLIENT_CREDENTIALS, parameters);
}

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Tokens for whom a signed JWT is about (RFC 7523 section 2.1). Throws as `requestTokens` does. */
export function jwtBearerGrant(client: MachineClient, assertion: string, parameters: Parameters = {}): Promise<GrantOutcome> {
  return requestTokens(client, JWT_BEARER, { assertion, ...parameters });
}

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';

/**
 * An access token in exchange for a JWT of somebody whom the server trusts (RFC 8693 section 2). Throws `auth` when the server issues
 * something else (section 2.2.1), and as `requestTokens` does.
 */
export async function tokenExchangeGrant(
  client: MachineClient,
  subjectToken: string,
  { type, parameters = {} }: { readonly type: 'jwt' | 'id_token'; readonly parameters?: Parameters | undefined },
): Promise<GrantOutcome> {
  const outcome = await requestTokens(client, TOKEN_EXCHANGE, {
    subject_token: subjectToken,
    subject_token_type: `${TOKEN_TYPE}${type}`,
    requested_token_type: `${TOKEN_TYPE}access_token`,
    ...parameters,
  });
  if (outcome.kind === 'issued') checkIssuedType(outcome.response['issued_token_type']);
  return outcome;
}

/** The type is REQUIRED; a server that leaves it out has said `Bearer`, which is an access token all the same. */
function checkIssuedType(type: unknown): void {
  if (type === undefined || type === `${TOKEN_TYPE}access_token` || type === `${TOKEN_TYPE}jwt`) return;
  throw new CliError('auth', `the sign-in server issued ${String(type).slice(0, 100)} in exchange, which is not an access token`, {
    hint: 'let the server issue access tokens to this client',
  });
}
