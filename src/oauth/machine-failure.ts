import { CliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { toCliError } from '../http/transport-error.ts';
import { comingBack, describeFailure, isPassing, type ProtocolFailure } from './protocol-failure.ts';
import type { DiscoveredServer } from './server-metadata.ts';

/** What a machine has presented. */
export interface Presented {
  /** What it is, and where it is from, in words and without secrets: `the secret of the client 7 from FLOWKIWI_CLIENT_SECRET`. */
  readonly what: string;
  /** What helps when the server refuses it. */
  readonly hint: Help;
}

/**
 * The failure of a grant as the end of a machine's sign-in: `rate_limited` or `unavailable` when it may pass, which says nothing of what was
 * presented; else `auth`, which names it.
 */
export function machineError(failure: ProtocolFailure, presented: Presented): CliError {
  if (isPassing(failure)) return passingError(failure);
  const status = 'status' in failure ? failure.status : undefined;
  const { message, hint = presented.hint } = refusal(failure, presented.what);
  return new CliError('auth', message, { hint, status });
}

function passingError(failure: ProtocolFailure): CliError {
  if (failure.kind === 'no_answer') return toCliError(failure.cause);
  const status = 'status' in failure ? failure.status : undefined;
  if (status === 429) {
    const message = `the sign-in server takes no more requests at the moment: ${describeFailure(failure)}`;
    return new CliError('rate_limited', message, { ...comingBack(failure, 'wait a little, then run it again'), status });
  }
  const message =
    failure.kind === 'oauth_error' ? `the sign-in server cannot answer: ${describeFailure(failure)}` : describeFailure(failure);
  return new CliError('unavailable', message, { ...comingBack(failure, 'run it again later'), status });
}

interface Refusal {
  readonly message: string;
  /** What helps, when it is something else than with a secret that is wrong. */
  readonly hint?: Help;
}

function refusal(failure: ProtocolFailure, what: string): Refusal {
  switch (failure.kind) {
    case 'oauth_error':
      return oauthRefusal(failure.error, `${what}: ${describeFailure(failure)}`);
    case 'http_status':
      return { message: `the sign-in server answered with status ${failure.status} to ${what}` };
    case 'no_answer':
      return { message: `${failure.cause.message}: ${what} could not be presented`, hint: 'check the URL of the sign-in server' };
    case 'invalid_answer':
      return {
        message: `the sign-in server answered with something else than a token to ${what}: ${failure.reason}`,
        hint: 'check the URL of the sign-in server; --debug shows its answer',
      };
  }
}

/** RFC 6749 section 5.2: not every refusal is about what was presented. */
function oauthRefusal(error: string, words: string): Refusal {
  switch (error) {
    case 'invalid_scope':
      return {
        message: `the sign-in server does not give the scopes that were asked for with ${words}`,
        hint: 'ask for others with --scope',
      };
    case 'unsupported_grant_type':
      return { message: `the sign-in server does not know this way to sign in, with ${words}`, hint: OTHER_WAYS };
    case 'unauthorized_client':
      return {
        message: `the sign-in server does not let this client sign in this way, with ${words}`,
        hint: 'allow the grant in the settings of the client at the sign-in server',
      };
    default:
      return { message: `the sign-in server refused ${words}` };
  }
}

const OTHER_WAYS = helpWith('let the sign-in server offer it, or sign in another way', 'help', 'authentication');

/**
 * Throws `auth` when the server's metadata (RFC 8414 section 2) lists its grants, and none of these is among them: `what` need not be sent
 * then. A server that lists none may know any.
 */
export function assertOffersGrant(server: DiscoveredServer, grants: readonly string[], what: string): void {
  const { grant_types_supported: offered = [] } = server;
  if (offered.length === 0 || grants.some((grant) => offered.includes(grant))) return;
  throw notOffered(server, `no grant of type ${grants.join(' or ')}`, offered, what);
}

/** The same for the ways to present a client's secret (RFC 6749 section 2.3.1). */
export function assertTakesSecret(server: DiscoveredServer, what: string): void {
  const { token_endpoint_auth_methods_supported: offered = [] } = server;
  if (offered.length === 0 || offered.includes('client_secret_basic') || offered.includes('client_secret_post')) return;
  throw notOffered(server, 'no secret of a client', offered, what);
}

function notOffered({ issuer }: DiscoveredServer, missing: string, offered: readonly string[], what: string): CliError {
  const list = offered.join(', ').slice(0, 500);
  return new CliError('auth', `${what} is of no use: the sign-in server ${issuer} takes ${missing}, only ${list}`, { hint: OTHER_WAYS });
}
