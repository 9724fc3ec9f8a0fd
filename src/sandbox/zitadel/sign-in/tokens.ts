import type { Database } from '../../database.ts';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import { findUser, type UserRecord } from '../store/user-store.ts';
import { type ClientSession, signInStore, type Token } from './sign-in-store.ts';

/** A session with one of its tokens and whose it is. */
export interface TokenOwner {
  readonly session: ClientSession;
  readonly token: Token;
  readonly user: UserRecord;
}

/** Whose token it is, whether it still counts or not; undefined for one that the instance has never issued. */
export function ownerOfToken(database: Database, instanceId: string, text: string): TokenOwner | undefined {
  const { clientSessions, tokens } = signInStore(database);
  const token = tokens.find(hashOf(text));
  const session = token && clientSessions.find(token.sessionId);
  const user = session && findUser(database, session.userId);
  return token !== undefined && session?.instanceId === instanceId && user !== undefined ? { session, token, user } : undefined;
}

/** Whether the token is the newest of its kind in its session, neither revoked nor expired. */
export function isCurrent({ session, token }: TokenOwner, now: number): boolean {
  return token.tokenId === (token.kind === 'access' ? session.accessTokenId : session.refreshTokenId) && now < token.expiresAt;
}

/** Whose access token it is, as long as it counts. */
export function ownerOfAccessToken(database: Database, instanceId: string, text: string, now: number): TokenOwner | undefined {
  const owner = ownerOfToken(database, instanceId, text);
  return owner?.token.kind === 'access' && isCurrent(owner, now) ? owner : undefined;
}

/** Ends what the token is good for: an access token alone, a refresh token with the access token beside it (contract section 10.30). */
export function revokeToken(database: Database, { session, token }: TokenOwner): void {
  const refreshTokenId = token.kind === 'refresh' ? undefined : session.refreshTokenId;
  putSession(database, { ...session, accessTokenId: undefined, refreshTokenId });
}

/** Ends the access tokens of all clients that came in by a session of the browser; their refresh tokens stay (contract section 10.30). */
export function endAccessOf(database: Database, sid: string): void {
  for (const session of signInStore(database).clientSessions.listOf(sid)) putSession(database, { ...session, accessTokenId: undefined });
}

function putSession(database: Database, session: ClientSession): void {
  signInStore(database).clientSessions.put(session, { owner: session.sid ?? '', expiresAt: session.endsAt });
}
