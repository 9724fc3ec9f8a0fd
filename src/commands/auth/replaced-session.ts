import type { Context } from '../../context/context.ts';
import type { RevocableTokens, Revocation } from '../../oauth/revoke.ts';
import { withTimeLimit } from '../../oauth/time-limit.ts';
import { type CredentialEntry, isSame, mayShareSession, type StoredCredential } from '../../storage/credential.ts';
import { endSession } from './end-session.ts';

export interface ReplacedSession {
  readonly profile: string;
  /** What was stored before. */
  readonly replaced: CredentialEntry;
  /** What is stored now. */
  readonly credential: StoredCredential;
}

/** Longest wait for the server. */
const END_WITHIN_MS = 5_000;

/**
 * Ends the session that a new sign-in has taken the place of, unless it may be the same one at the server, as in one browser: its refresh token, and its access token only if there is no other, because a
 * server may take an access token for the whole of what the same user and program have there. What a machine got is left alone: it lasts
 * for minutes, and another job may be using it. Failing is a warning. Throws only the reason of an abort.
 */
export async function endReplaced(context: Context, { profile, replaced, credential }: ReplacedSession): Promise<void> {
  const { credentials, edges, messages } = context;
  const { clock, interruption } = edges;
  const isInUse = [...((await credentials.read()) ?? [])].some(([, entry]) => isSame(entry, replaced));
  if (isInUse) return;
  const tokens = (old: StoredCredential) => (mayShareSession(replaced, credential) ? undefined : sessionOf(old, credential));
  const revocation = await withTimeLimit<Revocation>(
    (signal) => endSession(context, { profile, entry: replaced, tokens, signal }),
    { clock, milliseconds: END_WITHIN_MS, signal: interruption },
    () => ({ outcome: 'failed' }),
  );
  if (revocation.outcome === 'failed') {
    await messages.warning('the session that this one replaces could not be revoked; it lasts at the server until it expires');
  }
}

/** The tokens that end a session, and nothing else; undefined when there is none to end. */
function sessionOf({ accessToken, refreshToken, machine }: StoredCredential, current: StoredCredential): RevocableTokens | undefined {
  if (machine !== undefined || accessToken === current.accessToken) return undefined;
  if (refreshToken === undefined) return { refreshToken, accessToken };
  return refreshToken === current.refreshToken ? undefined : { refreshToken, accessToken: undefined };
}
