import { jwtBearerGrant } from './jwt-bearer.ts';
import type { GrantOutcome, MachineClient } from './machine-grant.ts';
import { TOKEN_EXCHANGE, tokenExchangeGrant } from './token-exchange.ts';

/**
 * An access token for the token of a CI job, by the grant that the server's metadata names: token exchange (RFC 8693), else JWT bearer
 * (RFC 7523). Where it names no grants at all, the second follows when the server does not know the first. Throws as they do.
 */
export async function workloadIdentityGrant(client: MachineClient, token: string): Promise<GrantOutcome> {
  const { grant_types_supported: supported } = client.server;
  if (supported !== undefined) {
    return supported.includes(TOKEN_EXCHANGE) ? tokenExchangeGrant(client, token) : jwtBearerGrant(client, token);
  }
  const outcome = await tokenExchangeGrant(client, token);
  return isUnknownGrant(outcome) ? jwtBearerGrant(client, token) : outcome;
}

function isUnknownGrant(outcome: GrantOutcome): boolean {
  return outcome.kind === 'failed' && outcome.failure.kind === 'oauth_error' && outcome.failure.error === 'unsupported_grant_type';
}
