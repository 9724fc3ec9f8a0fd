import { CliError } from '../errors.ts';
import { type Hint, helpWith } from '../hint.ts';
import type { HttpClient } from '../http/client.ts';
import { isThisMachine } from '../http/loopback.ts';
import { isRecord } from '../record.ts';
import { parseSafeUrl, whyUnsafe } from './safe-url.ts';

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
  'userinfo_endpoint',
  'pushed_authorization_request_endpoint',
  'end_session_endpoint',
] as const;

type Endpoint = (typeof ENDPOINTS)[number];

/**
 * What is used of an authorization server's metadata, checked. Plain JSON, so that it can be stored.
 * Names and meanings are those of RFC 8414 section 2 (and 9207, 8628, OpenID Connect Discovery).
 */
export interface DiscoveredServer extends Readonly<Partial<Record<Endpoint, string>>> {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly scopes_supported?: readonly string[];
  readonly grant_types_supported?: readonly string[];
  readonly token_endpoint_auth_methods_supported?: readonly string[];
  readonly id_token_signing_alg_values_supported?: readonly string[];
  readonly authorization_response_iss_parameter_supported: boolean;
  /** Whether it takes authorization requests by PAR alone (RFC 9126 section 5). */
  readonly require_pushed_authorization_requests?: boolean;
}

/**
 * Reads a metadata document that was found under `issuer`. Undefined when it is no such document at all.
 * Throws `auth` when it must not be used: another issuer (RFC 8414 section 3.3, identical means identical), an endpoint that is neither
 * https nor on loopback, or on this machine when the issuer is not, no token endpoint, or no PKCE with S256 (RFC 9700 section 2.1.1). Pure.
 */
export function readServerMetadata(
  document: unknown,
  issuer: string,
  http: Pick<HttpClient, 'isLocal'> = {},
): DiscoveredServer | undefined {
  if (!isRecord(document) || typeof document['issuer'] !== 'string') {
    return undefined;
  }
  if (document['issuer'] !== issuer) {
    throw wrongIssuer(issuer, document['issuer']);
  }
  const endpoints = readEndpoints(document, issuer, http);
  const { token_endpoint } = endpoints;
  if (token_endpoint === undefined) {
    throw unusable(issuer, 'has no token endpoint');
  }
  const challenges = strings(document['code_challenge_methods_supported']);
  if (challenges && !challenges.includes('S256')) {
    throw unusable(issuer, 'does not offer PKCE with S256');
  }
  const scopes = strings(document['scopes_supported']);
  const grants = strings(document['grant_types_supported']);
  const methods = strings(document['token_endpoint_auth_methods_supported']);
  // OpenID Connect Core 2: `none` is for clients that asked for it when they were registered.
  const algorithms = strings(document['id_token_signing_alg_values_supported'])?.filter((algorithm) => algorithm !== 'none');
  return {
    issuer,
    ...endpoints,
    token_endpoint,
    ...(scopes && { scopes_supported: scopes }),
    ...(grants && { grant_types_supported: grants }),
    ...(methods && { token_endpoint_auth_methods_supported: methods }),
    ...(algorithms && { id_token_signing_alg_values_supported: algorithms }),
    authorization_response_iss_parameter_supported: document['authorization_response_iss_parameter_supported'] === true,
    ...(document['require_pushed_authorization_requests'] === true && { require_pushed_authorization_requests: true }),
  };
}

function readEndpoints(
  document: Readonly<Record<string, unknown>>,
  issuer: string,
  http: Pick<HttpClient, 'isLocal'>,
): Partial<Record<Endpoint, string>> {
  const mayBeLocal = isThisMachine(new URL(issuer));
  const endpoints: Partial<Record<Endpoint, string>> = {};
  const checked = (name: string) => {
    const value = document[name] ?? undefined;
    if (value === undefined) return undefined;
    const url = parseSafeUrl(value, http);
    if (url === undefined || (isThisMachine(url) && !mayBeLocal)) {
      throw unusable(issuer, `names ${inWords(name)} that ${url?.protocol === 'https:' ? 'is on this machine' : whyUnsafe(value)}`);
    }
    // RFC 6749 sections 3.1 and 3.2.
    if (url.href.includes('#')) throw unusable(issuer, `names ${inWords(name)} with a fragment`);
    return url.href;
  };
  for (const name of ENDPOINTS) {
    const url = checked(name);
    if (url !== undefined) endpoints[name] = url;
  }
  // Its keys are not fetched, TLS vouches for the id token; but keys that anybody on the way could replace speak for no server.
  checked('jwks_uri');
  return endpoints;
}

/** The name of a member with its article: `a token endpoint`. */
function inWords(name: string): string {
  return `${name.startsWith('a') ? 'an' : 'a'} ${name.replaceAll('_', ' ').replace('jwks uri', 'JWKS URI')}`;
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function unusable(issuer: string, reason: string): CliError {
  return new CliError('auth', `the sign-in server ${issuer} cannot be used: it ${reason}`, {
    hint: helpWith('check the URL of the sign-in server, or sign in with a token', 'login', '--with-token'),
  });
}

function wrongIssuer(expected: string, actual: string): CliError {
  const differsBySlash = expected.replace(/\/$/, '') === actual.replace(/\/$/, '');
  return new CliError('auth', `the sign-in server at ${expected} says that it is ${actual.slice(0, 200)}`, {
    hint: differsBySlash
      ? `use its own spelling: --issuer ${actual}`
      : 'check the URL of the sign-in server: its metadata must name that URL itself',
  });
}

/** What helps when a server refuses the scopes that were asked for. */
export function otherScopes(scopes: readonly string[]): Hint {
  return helpWith(`it was asked for ${scopes.join(' ')}; ask for others, one with each --scope:`, 'login', '--scope', 'openid');
}

/** The scopes of OpenID Connect Core (5.4, 11): what they give is welcome, but no API call depends on them. */
const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/**
 * The scopes to ask for. Those of OpenID Connect that nobody named are left out when the server lists its scopes without them, because some
 * servers refuse a request over them; not `offline_access` where there are refresh tokens. Others are always kept, because a server need not
 * list those (RFC 8414 section 2; ZITADEL's URNs). Pure.
 */
export function scopesToRequest(
  wanted: readonly string[],
  { scopes_supported: supported, grant_types_supported: grants }: DiscoveredServer,
  named: readonly string[] = [],
): readonly string[] {
  const isListed = (scope: string) =>
    supported === undefined || supported.includes(scope) || (scope === 'offline_access' && grants?.includes('refresh_token'));
  return wanted.filter((scope) => named.includes(scope) || isListed(scope) || !OPENID_SCOPES.has(scope));
}
