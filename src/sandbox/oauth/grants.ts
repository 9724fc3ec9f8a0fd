import type Provider from 'oidc-provider';
import { CLIENT_ID } from '../../well-known.ts';
import { SCOPES } from './client.ts';

/** Records that the account allows the client those scopes (of a request, space-separated; unknown ones are left out). Returns the grant's id. */
export async function createGrant(provider: Provider, accountId: string, requestedScope: unknown): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID });
  grant.addOIDCScope(grantedScope(requestedScope));
  return grant.save();
}

/** The known ones of the requested scopes, space-separated. */
export function grantedScope(requestedScope: unknown, known: readonly string[] = SCOPES): string {
  const requested = typeof requestedScope === 'string' ? requestedScope.split(' ') : [];
  return known.filter((scope) => requested.includes(scope)).join(' ');
}
