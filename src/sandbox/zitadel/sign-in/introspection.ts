import type { Answer } from '../http/front-end.ts';
import type { AppRecord } from '../store/app-store.ts';
import { personalAccessToken } from '../store/machine-credentials.ts';
import { json } from './answers.ts';
import type { SignInCall } from './call.ts';
import { publicTokenId } from './client-sessions.ts';
import { authenticateResource } from './clients.ts';
import { required } from './parameters.ts';
import { ownerOfAccessToken, type TokenOwner } from './tokens.ts';
import { userClaims } from './user-claims.ts';

/** What a personal access token is good for, which nobody can choose (contract section 1.2). */
const PAT_SCOPES = ['openid', 'profile', 'urn:zitadel:iam:user:metadata', 'urn:zitadel:iam:user:resourceowner'];

/** The introspection endpoint (RFC 7662) for apps that authenticate themselves: a token that is not for their project is not active. Throws `OAuthError`. */
export function introspect(call: SignInCall): Answer {
  const resource = authenticateResource(call);
  const token = required(call.parameters, 'token');
  const facts = resource && (sessionFacts(call, resource, token) ?? patFacts(call, resource, token));
  return json(200, facts === undefined ? { active: false } : { active: true, ...facts });
}

function sessionFacts(call: SignInCall, { clientId, projectId }: AppRecord, text: string): object | undefined {
  const owner = ownerOfAccessToken(call.database, call.instance.id, text, call.now);
  if (owner === undefined || !owner.session.audience.some((audience) => audience === clientId || audience === projectId)) return undefined;
  const { session, token, user } = owner;
  const amr = session.methods === undefined ? {} : { amr: session.methods };
  const client = { scope: session.scopes.join(' '), client_id: session.clientId, auth_time: session.authTime, ...amr };
  const facts = { ...client, ...tokenFacts(call, owner), aud: session.audience, jti: publicTokenId(session.id, token.tokenId) };
  return { ...facts, ...named(user.userName, session.scopes), ...userClaims(call, user, session.scopes) };
}

function patFacts(call: SignInCall, { clientId, projectId }: AppRecord, text: string): object | undefined {
  const token = personalAccessToken(call.database, text, call.now);
  if (token === undefined || token.user.instanceId !== call.instance.id) return undefined;
  const facts = {
    scope: PAT_SCOPES.join(' '),
    ...tokenFacts(call, { token, user: token.user }),
    aud: [clientId, projectId],
    jti: token.id,
  };
  return { ...facts, ...named(token.user.userName, PAT_SCOPES), ...userClaims(call, token.user, PAT_SCOPES) };
}

function tokenFacts(
  { issuer }: SignInCall,
  { token, user }: { readonly token: Pick<TokenOwner['token'], 'issuedAt' | 'expiresAt'>; readonly user: { readonly id: string } },
) {
  const issuedAt = Math.floor(token.issuedAt / 1000);
  return { token_type: 'Bearer', exp: Math.floor(token.expiresAt / 1000), iat: issuedAt, nbf: issuedAt, sub: user.id, iss: issuer };
}

function named(userName: string, scopes: readonly string[]): object {
  return scopes.includes('profile') ? { username: userName } : {};
}
