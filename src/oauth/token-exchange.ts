import { CliError } from '../errors.ts';
import { type GrantOutcome, type MachineClient, requestTokens } from './machine-grant.ts';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * An access token in exchange for a JWT of somebody whom the server trusts (RFC 8693 section 2). Throws `auth` when the server issues
 * something else (section 2.2.1), and as `requestTokens` does.
 */
export async function tokenExchangeGrant(client: MachineClient, subjectToken: string): Promise<GrantOutcome> {
  const outcome = await requestTokens(client, TOKEN_EXCHANGE, {
    subject_token: subjectToken,
    subject_token_type: JWT,
    requested_token_type: ACCESS_TOKEN,
  });
  if (outcome.kind === 'issued') checkIssuedType(outcome.response['issued_token_type']);
  return outcome;
}

/** The type is REQUIRED; a server that leaves it out has said `Bearer`, which is an access token all the same. */
function checkIssuedType(type: unknown): void {
  if (type === undefined || type === ACCESS_TOKEN || type === JWT) return;
  throw new CliError('auth', `the sign-in server issued ${String(type).slice(0, 100)} in exchange, which is no access token`, {
    hint: 'let the server issue access tokens to this client',
  });
}
