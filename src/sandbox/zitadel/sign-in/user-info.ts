import { userOfAccount } from '../default-instance.ts';
import type { Answer } from '../http/front-end.ts';
import { personalAccessTokenOwner } from '../store/machine-credentials.ts';
import { json } from './answers.ts';
import type { SignInCall } from './call.ts';
import { OAuthError } from './oauth-error.ts';
import { ownerOfAccessToken } from './tokens.ts';
import { userClaims } from './user-claims.ts';

/** The user info endpoint (OpenID Connect Core section 5.3), which takes every method and the token in every place. Throws `OAuthError`. */
export function userInfo(call: SignInCall): Answer {
  const { headers, parameters } = call;
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? parameters.value('access_token');
  if (!token) throw new OAuthError(401, 'invalid_request', 'access token missing');
  const claims = claimsOf(call, token);
  if (claims === undefined) throw new OAuthError(401, 'access_denied', 'access token invalid');
  return json(200, claims);
}

function claimsOf(call: SignInCall, token: string): object | undefined {
  const { database, instance, now } = call;
  const owner = ownerOfAccessToken(database, instance.id, token, now);
  if (owner !== undefined) return { sub: owner.user.id, ...userClaims(call, owner.user, owner.session.scopes) };
  // Tokens of the sandbox's own server open the APIs of its first instance, too.
  const account = call.authenticate(token);
  const user = personalAccessTokenOwner(database, token, now) ?? (account && userOfAccount(database, account, now));
  return user?.instanceId === instance.id ? { sub: user.id } : undefined;
}
