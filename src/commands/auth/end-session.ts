import type { Context } from '../../context/context.ts';
import { openCredential } from '../../context/opened-credential.ts';
import { revokeCredential } from '../../context/revocation.ts';
import { isCliError } from '../../errors.ts';
import type { RevocableTokens, Revocation } from '../../oauth/revoke.ts';
import { type CredentialEntry, isSealed, type StoredCredential } from '../../storage/credential.ts';

/** A credential whose session is to end, and what the server is to be told of it. */
export interface EndedSession {
  readonly profile: string;
  readonly entry: CredentialEntry;
  /** Which of its tokens to revoke; undefined when none are. */
  readonly tokens: (credential: StoredCredential) => RevocableTokens | undefined;
  readonly signal: AbortSignal;
}

/**
 * Ends a session at the server, whether it is still stored here or not, and takes its key out of the keychain. When that cannot be had, a
 * warning says what lives on. Throws only the reason of an abort.
 */
export async function endSession(context: Context, { profile, entry, tokens, signal }: EndedSession): Promise<Revocation> {
  const { edges, messages, vault } = context;
  let credential: StoredCredential;
  try {
    ({ credential } = await openCredential(profile, entry, vault));
  } catch (error) {
    if (!isCliError(error)) throw error;
    await messages.warning(error.message);
    // A keychain that cannot be had is not asked once more.
    if (error.code === 'auth') await forgetKey(context, entry);
    else if (isSealed(entry)) await messages.warning(keyLeft(entry.sealed.account));
    return { outcome: 'failed' };
  }
  await forgetKey(context, entry);
  const revoked = tokens(credential);
  if (!revoked) return { outcome: 'nothing_to_revoke' };
  const http = await context.httpFor({ url: new URL(credential.url), instanceHost: await instanceHostOf(context, profile) });
  return revokeCredential({ http, env: edges.env, clock: edges.clock, signal }, credential, revoked);
}

/** The name of the profile is all that is certain of it: a session is ended whatever is wrong with the rest. */
export async function instanceHostOf({ config }: Context, profile: string): Promise<string | undefined> {
  const known = await config.read().catch((error) => {
    if (isCliError(error)) return undefined;
    throw error;
  });
  return known?.profiles.get(profile)?.instanceHost;
}

/** Takes the key of an entry that is no longer stored out of the keychain. When that cannot be had, a warning says what is left there. */
export async function forgetKey({ vault, messages }: Context, entry: CredentialEntry): Promise<void> {
  if (!isSealed(entry)) return;
  const { account } = entry.sealed;
  if (!(await (await vault()).forget(account))) await messages.warning(keyLeft(account));
}

/** The warning of a key that could not be taken out of the keychain. */
export function keyLeft(account: string): string {
  return `a key that opens nothing any more is left in the keychain (service flowkiwi, account ${account})`;
}
