import { createHash, randomBytes } from 'node:crypto';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import { nextId } from '../store/ids.ts';
import { tokenLifetimes } from '../store/oidc-settings-store.ts';
import { findUser } from '../store/user-store.ts';
import type { SignInCall } from './call.ts';
import { type ClientSession, signInStore, type Token } from './sign-in-store.ts';
import { signedByInstance, signingKeys } from './signing-keys.ts';
import { type Claims, userClaims } from './user-claims.ts';

/** How a client wants its tokens. */
export interface TokenShape {
  readonly isJwt: boolean;
  /** Whether the id token says what the user info says. */
  readonly idTokenTellsAll: boolean;
}

/** A new session of a client, without tokens. */
export type NewSession = Omit<ClientSession, 'id' | 'instanceId' | 'accessTokenId' | 'refreshTokenId' | 'endsAt'>;

/** The body of an answer of the token endpoint; no `scope` in it (contract section 10.27). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly id_token?: string;
}

/** Gives a client its first tokens; a refresh token only when it is to have one. */
export function openSession(call: SignInCall, session: NewSession, shape: TokenShape, withRefreshToken: boolean): Promise<TokenAnswer> {
  const endsAt = call.now + tokenLifetimes(call.database, call.instance.id).refresh;
  const opened = { ...session, id: nextId(call.now), instanceId: call.instance.id, endsAt };
  return issueTokens(call, opened, shape, withRefreshToken);
}

/** Gives the client of a session other tokens. Those that it had are worth nothing from now on. */
export async function issueTokens(
  call: SignInCall,
  session: ClientSession,
  { isJwt, idTokenTellsAll }: TokenShape,
  withRefreshToken: boolean,
): Promise<TokenAnswer> {
  const { database, instance, issuer, now } = call;
  const keys = await signingKeys(call);
  const lifetimes = tokenLifetimes(database, instance.id);
  const [issuedAt, seconds] = [Math.floor(now / 1000), Math.floor(lifetimes.accessToken / 1000)];
  const [accessTokenId, refreshTokenId] = [nextId(now), withRefreshToken ? nextId(now) : undefined];
  const times = { iat: issuedAt, exp: issuedAt + seconds, nbf: issuedAt };
  const { clientId, scopes, userId } = session;
  const about = {
    iss: issuer,
    sub: userId,
    aud: session.audience,
    ...times,
    client_id: clientId,
    jti: publicTokenId(session.id, accessTokenId),
  };
  const accessToken = isJwt ? signedByInstance(keys, about) : opaqueToken();
  const refreshToken = refreshTokenId === undefined ? undefined : opaqueToken();
  database.transaction(() => {
    const { clientSessions, tokens } = signInStore(database);
    clientSessions.put({ ...session, accessTokenId, refreshTokenId }, { owner: session.sid ?? '', expiresAt: session.endsAt });
    const keep = (token: string, { expiresAt, ...rest }: Omit<Token, 'id' | 'sessionId' | 'issuedAt'>) =>
      tokens.put(
        { ...rest, expiresAt, id: hashOf(token), sessionId: session.id, issuedAt: now },
        { owner: session.id, expiresAt: session.endsAt },
      );
    keep(accessToken, { kind: 'access', tokenId: accessTokenId, expiresAt: now + lifetimes.accessToken });
    if (refreshToken !== undefined && refreshTokenId !== undefined) {
      keep(refreshToken, { kind: 'refresh', tokenId: refreshTokenId, expiresAt: Math.min(now + lifetimes.refreshIdle, session.endsAt) });
    }
  });
  const user = findUser(database, userId);
  const told = idTokenTellsAll && user !== undefined ? userClaims(call, user, scopes) : {};
  const idClaims = {
    ...idTokenClaims(session, issuer, accessToken),
    iat: issuedAt,
    exp: issuedAt + Math.floor(lifetimes.idToken / 1000),
    ...told,
  };
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    // One second passes on the way.
    expires_in: seconds - 1,
    ...(scopes.includes('openid') ? { id_token: signedByInstance(keys, idClaims) } : {}),
  };
}

function idTokenClaims(
  { userId, audience, clientId, authTime, methods, sid, nonce }: ClientSession,
  issuer: string,
  accessToken: string,
): Claims {
  // OpenID Connect Core section 3.1.3.6: the first half of the hash.
  const accessTokenHash = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
  const person = {
    ...(methods === undefined ? {} : { amr: methods }),
    ...(sid === undefined ? {} : { sid }),
    ...(nonce === undefined ? {} : { nonce }),
  };
  const aud = [...new Set([...audience, clientId])];
  return { iss: issuer, sub: userId, aud, auth_time: authTime, azp: clientId, client_id: clientId, at_hash: accessTokenHash, ...person };
}

/** How introspection and JWTs name an access token. */
export function publicTokenId(sessionId: string, tokenId: string): string {
  return `V2_${sessionId}-at_${tokenId}`;
}

/** As long as those of ZITADEL. */
const OPAQUE_BYTES = 78;

function opaqueToken(): string {
  return randomBytes(OPAQUE_BYTES).toString('base64url');
}
