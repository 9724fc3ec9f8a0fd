import type { Answer } from '../http/front-end.ts';
import { personalAccessTokenOwner } from '../store/machine-credentials.ts';
import type { SignInCall } from './call.ts';
import { authenticateClient } from './clients.ts';
import { OAuthError } from './oauth-error.ts';
import { required } from './parameters.ts';
import { isCurrent, ownerOfToken, revokeToken } from './tokens.ts';

/** The revocation endpoint (RFC 7009): an app may revoke what was issued to any app of its project (contract section 10.8). Throws `OAuthError`. */
export function revoke(call: SignInCall): Answer {
  const { database, instance, now } = call;
  const { clientId } = authenticateClient(call);
  const token = required(call.parameters, 'token');
  const owner = ownerOfToken(database, instance.id, token);
  const isForeign =
    owner === undefined ? personalAccessTokenOwner(database, token, now) !== undefined : !owner.session.audience.includes(clientId);
  if (isForeign) throw new OAuthError(401, 'invalid_client', 'token was not issued for this client');
  if (owner !== undefined && isCurrent(owner, now)) revokeToken(database, owner);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
}
