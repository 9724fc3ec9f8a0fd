import type Provider from 'oidc-provider';
import type { TokenEndpointGrantContext } from 'oidc-provider';
import { CustomOIDCProviderError } from 'oidc-provider/lib/helpers/errors.js';
import type { Clock } from '../../../edges.ts';
import type { Database } from '../../database.ts';
import { accountIdOfZitadelMachine } from '../../zitadel/machine-sign-in.ts';
import { grantAccessToken } from '../access-tokens.ts';
import { SCOPES } from '../client.ts';
import { grantedScope } from '../grants.ts';
import { ROUTES } from '../routes.ts';
import { accountIdOfCiToken, ciIssuer } from './ci.ts';
import { UntrustedToken } from './claims.ts';
import { CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE } from './grant-types.ts';
import { type JsonWebToken, parseJsonWebToken } from './json-web-token.ts';
import { isHashOf } from './random-secret.ts';
import { accountIdOfKeyAssertion } from './service-account-key.ts';

export interface MachineGrantsOptions {
  readonly database: Database;
  readonly issuer: string;
  readonly clock: Clock;
  readonly accessTokenSeconds: () => number;
  readonly allowsTokenExchange: () => boolean;
}

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';
const SUBJECT_TOKEN_TYPES: readonly unknown[] = [`${TOKEN_TYPE}jwt`, `${TOKEN_TYPE}id_token`];
const ISSUED_TOKEN_TYPE = `${TOKEN_TYPE}access_token`;

/** A machine asks again when its token has expired: no refresh tokens. */
const MACHINE_SCOPES = SCOPES.filter((scope) => scope !== 'offline_access');

/** What a token is good for when the request names no scope (RFC 6749 section 3.3). */
const DEFAULT_SCOPE = 'openid email profile';

/**
 * Teaches the provider the grants that need no person: client credentials (RFC 6749 section 4.4), JWT bearer with the assertion of a
 * service account or the token of a CI job (RFC 7523 section 2.1), and token exchange for the latter (RFC 8693 section 2). Each gives an
 * access token of the machine's account and no refresh token.
 */
export function registerMachineGrants(provider: Provider, options: MachineGrantsOptions): void {
  const { database, issuer, clock, accessTokenSeconds, allowsTokenExchange } = options;
  // What is kept of a client's secret, and handed to the provider as such, is its hash.
  provider.Client.prototype.compareClientSecret = function (actual) {
    return this.clientSecret !== undefined && isHashOf(this.clientSecret, actual);
  };

  provider.registerGrantType(CLIENT_CREDENTIALS, (context) => answer(context, context.oidc.client.clientId), ['scope']);

  provider.registerGrantType(
    JWT_BEARER,
    (context) => {
      const assertion = parameter(context, 'assertion');
      const accountId = trusted('invalid_grant', () => accountIdOfAssertion(parse(assertion)));
      answer(context, accountId);
    },
    ['assertion', 'scope'],
  );

  provider.registerGrantType(
    TOKEN_EXCHANGE,
    (context) => {
      if (!allowsTokenExchange()) refuse('unsupported_grant_type', 'unsupported grant_type requested');
      const [subjectToken, type] = [parameter(context, 'subject_token'), parameter(context, 'subject_token_type')];
      const { requested_token_type: requested = ISSUED_TOKEN_TYPE, audience = [], resource = [] } = context.oidc.params;
      if (!SUBJECT_TOKEN_TYPES.includes(type)) refuse('invalid_request', `subject_token_type: ${SUBJECT_TOKEN_TYPES.join(' or ')}`);
      if (requested !== ISSUED_TOKEN_TYPE) refuse('invalid_request', `requested_token_type: ${ISSUED_TOKEN_TYPE}`);
      if ([audience, resource].flat().some((target) => !isTarget(target))) refuse('invalid_target', 'there is no such target here');
      const accountId = trusted('invalid_request', () => accountIdOfCiJob(parse(subjectToken)));
      answer(context, accountId, { issued_token_type: ISSUED_TOKEN_TYPE });
    },
    ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'resource', 'scope'],
    ['audience', 'resource'],
  );

  function accountIdOfAssertion(token: JsonWebToken): string {
    if (token.claims['iss'] === ciIssuer(issuer)) return accountIdOfCiJob(token);
    const expected = { audiences: [issuer, issuer + ROUTES.token], now: clock.now() };
    return accountIdOfZitadelMachine(database, token, expected) ?? accountIdOfKeyAssertion(database, token, expected);
  }

  function accountIdOfCiJob(token: JsonWebToken): string {
    return accountIdOfCiToken(database, token, { issuer: ciIssuer(issuer), audiences: [issuer], now: clock.now() });
  }

  /** The tokens are good for the whole sandbox, which goes by its issuer and by the address of its API. */
  function isTarget(target: unknown): boolean {
    return target === issuer || target === `${issuer}/api`;
  }

  function answer(context: TokenEndpointGrantContext, accountId: string, more: Readonly<Record<string, string>> = {}): void {
    const { client, params } = context.oidc;
    const scope = grantedScope(params.scope ?? DEFAULT_SCOPE, MACHINE_SCOPES);
    const seconds = accessTokenSeconds();
    const token = { accountId, clientId: client.clientId, scope, seconds, grantType: params.grant_type };
    context.body = {
      access_token: grantAccessToken(database, token, clock.now()),
      token_type: 'Bearer',
      expires_in: seconds,
      scope,
      ...more,
    };
  }
}

function parameter(context: TokenEndpointGrantContext, name: string): string {
  const value = context.oidc.params[name];
  return typeof value === 'string' ? value : refuse('invalid_request', `missing required parameter '${name}'`);
}

function parse(text: string): JsonWebToken {
  const token = parseJsonWebToken(text);
  if (token === undefined) throw new UntrustedToken('this is not a signed JWT');
  return token;
}

/** Answers with that error when the token of `work` is not to be trusted. */
function trusted<T>(error: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof UntrustedToken) refuse(error, thrown.message);
    throw thrown;
  }
}

function refuse(error: string, description: string): never {
  throw new CustomOIDCProviderError(error, description);
}
