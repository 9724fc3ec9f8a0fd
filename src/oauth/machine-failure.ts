import { CliError } from '../errors.ts';
import { type Help, helpWith, withWordsFirst } from '../hint.ts';
import { toCliError } from '../http/transport-error.ts';
import { comingBack, describeFailure, dpopError, isPassing, type ProtocolFailure } from './protocol-failure.ts';
import type { DiscoveredServer } from './server-metadata.ts';

/** What a machine has presented. */
export interface Presented {
  /** What it is, and where it is from, in words and without secrets: `the secret of the client 7 from FLOWKIWI_CLIENT_SECRET`. */
  readonly what: string;
  /** What helps when the server refuses it. */
  readonly hint: Help;
  /** What else is known of the refusal, in words. */
  readonly remarks?: readonly string[] | undefined;
}

/**
 * The failure of a grant as the end of a machine's sign-in: `rate_limited` or `unavailable` when it may pass, which says nothing of what was
 * presented; else `auth`, which names it.
 */
export function machineError(failure: ProtocolFailure, presented: Presented): CliError {
  if (isPassing(failure)) return passingError(failure);
  const dpop = dpopError(failure);
  if (dpop) return dpop;
  const status = 'status' in failure ? failure.status : undefined;
  const { message, hint = presented.hint } = refusal(failure, presented);
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

function refusal(failure: ProtocolFailure, { what, hint, remarks = [] }: Presented): Refusal {
  switch (failure.kind) {
    case 'oauth_error': {
      const words = [`${what}: ${describeFailure(failure)}`, ...remarks].join('; ');
      return oauthRefusal(failure.error, words, hint);
    }
    case 'http_status':
      return { message: [`the sign-in server answered with status ${failure.status} to ${what}`, ...remarks].join('; ') };
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
function oauthRefusal(error: string, words: string, hint: Help): Refusal {
  switch (error) {
    case 'invalid_scope':
      return {
        message: `the sign-in server does not give the scopes that were asked for with ${words}`,
        hint: 'ask for others with --scope',
      };
    case 'unsupported_grant_type':
      return { message: `the sign-in server does not know this way to sign in, with ${words}`, hint: OTHER_WAYS };
    case 'unauthorized_client':
      // Keycloak says so of a wrong secret, which is more common than a grant that the client must not use.
      return { message: `the sign-in server refused ${words}`, hint: withWordsFirst(hint, GRANT_IS_NOT_ALLOWED) };
    default:
      return { message: `the sign-in server refused ${words}` };
  }
}

const OTHER_WAYS = helpWith('let the sign-in server offer it, or sign in another way', 'help', 'authentication');

const GRANT_IS_NOT_ALLOWED = { say: 'if that is right, allow the grant in the settings of the client at the sign-in server' };

/** What a machine uses at a server: one of these grants, and of these ways to authenticate a client (RFC 8414 section 2). */
export interface Usage {
  readonly grants: readonly string[];
  readonly methods?: readonly string[];
}

/**
 * What of it the server's metadata does not list, in words; undefined when it lists all, or nothing at all. It is tried all the same: a server
 * need not list what it has. Pure.
 */
export function unlisted(server: DiscoveredServer, { grants, methods = [] }: Usage): string | undefined {
  const { grant_types_supported: allGrants = [], token_endpoint_auth_methods_supported: allMethods = [] } = server;
  const isMissing = (offered: readonly string[], used: readonly string[]) =>
    offered.length > 0 && used.length > 0 && !used.some((one) => offered.includes(one));
  const missing = [
    isMissing(allGrants, grants) && `no grant of type ${grants.join(' or ')}, only ${allGrants.join(', ')}`,
    isMissing(allMethods, methods) && `no client authentication by ${methods.join(' or ')}, only ${allMethods.join(', ')}`,
  ].filter((part) => part !== false);
  return missing.length === 0 ? undefined : `its metadata lists ${missing.join('; and ')}`.slice(0, 500);
}
