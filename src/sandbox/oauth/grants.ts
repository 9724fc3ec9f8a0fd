import type Provider from 'oidc-provider';
import { SCOPES } from './client.ts';

/** Who allows something, and whom. */
export interface GrantOwner {
  readonly accountId: string;
  readonly clientId: string;
}

/** Records that the account allows a client those scopes (of a request, space-separated; unknown ones are left out). Returns the grant's id. */
export async function createGrant(provider: Provider, owner: GrantOwner, requestedScope: unknown): Promise<string> {
  const grant = new provider.Grant(owner);
  grant.addOIDCScope(grantedScope(requestedScope));
  return grant.save();
}

/** The known ones of the requested scopes, space-separated. */
export function grantedScope(requestedScope: unknown, known: readonly string[] = SCOPES): string {
  const requested = typeof requestedScope === 'string' ? requestedScope.split(' ') : [];
  return known.filter((scope) => requested.includes(scope)).join(' ');
}
