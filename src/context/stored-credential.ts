import type { Clock } from '../edges.ts';
import { CliError, EXIT_STATUS, isCliError } from '../errors.ts';
import type { SharedWork } from '../files/lock-unless-done.ts';
import { type Help, helpWith } from '../hint.ts';
import type { Credential } from '../identity/credential.ts';
import type { RefreshOutcome } from '../oauth/refresh.ts';
import type { RevocableTokens } from '../oauth/revoke.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { once } from '../once.ts';
import {
  type CredentialEntry,
  type CredentialFacts,
  isMachine,
  isRenewable,
  isSame,
  isSealed,
  mayShareSession,
  type StoredCredential,
} from '../storage/credential.ts';
import { type Credentials, type CredentialsFile, REFRESH_WAIT_MS, removedFrom, replacedIn } from '../storage/credentials.ts';
import { fileFailure } from '../storage/file-failure.ts';
import type { Vault } from '../storage/vault.ts';
import { describeCredential, describeToken, loginCommand, signInAgain } from './describe-credential.ts';
import { type OpenedCredential, openCredential } from './opened-credential.ts';
import { issuersOf, type Profile } from './profile.ts';
import type { TimeBudget } from './time-budget.ts';
import { tokensInMemory } from './tokens-in-memory.ts';

/** A token with less life than this is refreshed before it is used, so that it lasts for the request; one that lives for minutes, sooner. */
const MARGIN_MS = 60_000;
const MARGIN_OF_LIFE = 1 / 4;
/** Between two tries to write tokens that would be lost otherwise. */
const WRITE_AGAIN_MS = 500;

export interface StoredCredentialOptions {
  readonly profile: Profile;
  /** Why nothing in the environment signs in, where something was meant to. */
  readonly missing?: string | undefined;
  readonly file: CredentialsFile;
  /** Lock of this credential's refresh. */
  readonly lockPath: string;
  /** Has the session renewed by a process that nobody kills; resolves to false when there is none. Undefined: to be renewed here. */
  readonly renewInChild: ((refused: string | undefined) => Promise<boolean>) | undefined;
  readonly clock: Clock;
  /** Bounds the wait for others that renew the same session. */
  readonly budget: Pick<TimeBudget, 'leftMs'>;
  /** What opens a sealed credential; loaded for one only. */
  readonly vault: () => Promise<Vault>;
  /** Gets new tokens in place of these: by the refresh token, or as the machine that the credential is of. */
  readonly renewal: (credential: StoredCredential) => Promise<RefreshOutcome>;
  /** Tells the server that the tokens, or those of them that are given, are done with, as well as it can. Never throws. */
  readonly revoke: (credential: StoredCredential, tokens?: RevocableTokens) => Promise<unknown>;
}

/**
 * The profile's stored credential. Refreshes under a lock between processes, because a refresh token may be used only once:
 * the one that comes second finds the tokens of the first. Never prompts, never starts a sign-in.
 */
export function storedCredential({
  profile,
  file,
  lockPath,
  renewInChild,
  clock,
  budget,
  vault,
  missing,
  renewal,
  revoke,
}: StoredCredentialOptions): Credential {
  const { name } = profile;
  const remedyFor = (facts: CredentialFacts) => signInAgain(name, facts);
  const isFresh = ({ expiresAt, lifeMs = Number.POSITIVE_INFINITY }: CredentialFacts) =>
    expiresAt === undefined || expiresAt - clock.now() > Math.min(MARGIN_MS, lifeMs * MARGIN_OF_LIFE);
  const lasts = ({ expiresAt }: CredentialFacts) => expiresAt === undefined || expiresAt > clock.now();
  let used: StoredCredential | undefined;
  /** For a machine whose folder cannot be written: it signs in for this run alone. */
  const inMemory = once(() => tokensInMemory({ clock, signIn: renewUnstored }));

  async function read(): Promise<CredentialEntry> {
    const entry = (await file.read())?.get(name);
    if (!entry) {
      throw new CliError('auth', `not signed in (profile ${name})`, {
        hint: { say: missing ?? 'set FLOWKIWI_TOKEN, or sign in', command: loginCommand(name) },
      });
    }
    assertBelongs(entry, profile, remedyFor(entry));
    return entry;
  }

  async function open(entry: CredentialEntry): Promise<OpenedCredential> {
    const opened = await openCredential(name, entry, vault);
    used = opened.credential;
    return opened;
  }

  async function tokenOf(entry: CredentialEntry): Promise<string> {
    return (await open(entry)).credential.accessToken;
  }

  /** `stale` has too little life left, or its access token is the one that was `refused`. */
  async function renewUnlessDone(stale: CredentialEntry, refused: string | undefined): Promise<string> {
    const done = async () => {
      const entry = await read();
      // What somebody else got meanwhile is not got again, however short its life.
      const isNewer = !isSame(entry, stale) || entry.expiresAt !== stale.expiresAt;
      if (refused === undefined) return isFresh(entry) || (isNewer && lasts(entry)) ? tokenOf(entry) : undefined;
      const token = await tokenOf(entry);
      return token === refused ? undefined : token;
    };
    const renewHere = () => locked(lockPath, refused, { done, work: async () => renewStored(await read(), refused) });
    // A machine spends nothing to get its next token.
    if (renewInChild === undefined || isMachine(stale.method)) return renewHere();
    // The process apart holds the lock of the refresh; this one keeps others from starting more of them.
    return locked(`${lockPath}.queue`, refused, {
      done,
      work: async () => ((await renewInChild(refused)) ? currentSession() : renewHere()),
    });
  }

  async function isUnwritable({ method }: CredentialFacts): Promise<boolean> {
    if (!isMachine(method)) return false;
    try {
      await file.assertWritable();
      return false;
    } catch (error) {
      if (!isCliError(error)) throw error;
      return true;
    }
  }

  async function renewUnstored(): Promise<TokenSet> {
    const entry = await read();
    const { credential } = await open(entry);
    const outcome = await renewal(credential);
    if (outcome.kind === 'refreshed') return outcome.tokens;
    throw renewalError(outcome, { what: describeCredential(name, entry), remedy: remedyFor(entry) });
  }

  async function locked(path: string, refused: string | undefined, work: SharedWork<string>): Promise<string> {
    const { lockUnlessDone } = await import('../files/lock-unless-done.ts');
    const waitMs = Math.min(REFRESH_WAIT_MS, budget.leftMs() ?? REFRESH_WAIT_MS);
    const ended = await lockUnlessDone(path, { waitMs, clock }, work).catch((error) => {
      // What the lock is for is what cannot be written.
      throw fileFailure(error, file.path, 'write');
    });
    if (ended) return ended.value;
    const entry = await read();
    if (refused === undefined && lasts(entry)) return tokenOf(entry);
    throw new CliError('unavailable', 'another flowkiwi is refreshing this session and does not finish', { hint: 'run the command again' });
  }

  async function renewStored(entry: CredentialEntry, refused: string | undefined): Promise<string> {
    const what = describeCredential(name, entry);
    if (!isRenewable(entry)) throw new CliError('auth', `${what} has expired and cannot be refreshed`, { hint: remedyFor(entry) });
    const { credential, entryOf } = await open(entry);
    await file.assertWritable();
    const outcome = await renewal(credential);
    switch (outcome.kind) {
      case 'refreshed': {
        const { tokens } = outcome;
        const renewed: StoredCredential = {
          ...credential,
          accessToken: tokens.accessToken,
          refreshToken: tokens.refreshToken ?? credential.refreshToken,
          expiresAt: tokens.expiresAt,
          lifeMs: tokens.lifeMs,
          refreshExpiresAt: tokens.refreshExpiresAt,
          sessionId: tokens.sessionId ?? credential.sessionId,
          scope: tokens.scope ?? credential.scope,
          user: tokens.user ?? credential.user,
        };
        await store(renewed, { before: entry, after: entryOf(renewed) });
        return currentSession();
      }
      case 'dead':
        await file.update((stored) => removedFrom(stored, name, entry));
        if ((await file.read())?.has(name)) return currentSession();
        if (isSealed(entry)) await (await vault()).forget(entry.sealed.account);
        throw renewalError(outcome, { what, remedy: remedyFor(entry) });
      case 'refused':
        throw renewalError(outcome, { what, remedy: remedyFor(entry) });
      case 'unavailable':
        // One that was refused is worth asking with again only where waiting for the sign-in server does not help.
        if (lasts(credential) && (refused === undefined || outcome.cause.exitStatus !== EXIT_STATUS.unavailable))
          return credential.accessToken;
        throw renewalError(outcome, { what, remedy: remedyFor(entry) });
    }
  }

  /** What comes too late, because of a sign-out or another sign-in, is not stored, and its session ended. */
  async function store(
    renewed: StoredCredential,
    { before, after }: { readonly before: CredentialEntry; readonly after: CredentialEntry },
  ): Promise<void> {
    await persist((stored) => replacedIn(stored, name, before, after));
    const current = (await file.read())?.get(name);
    if (current === undefined) await revoke(renewed);
    // A server may take an access token for the whole of what the same user and program have there.
    else if (!isSame(current, after) && !mayShareSession(renewed, current))
      await revoke(renewed, { refreshToken: renewed.refreshToken, accessToken: undefined });
  }

  /** Writes with patience: what these tokens replace is worth nothing any more. */
  async function persist(change: (stored: Credentials | undefined) => Credentials): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += WRITE_AGAIN_MS) {
      try {
        return await file.update(change);
      } catch (error) {
        if (!isCliError(error) || error.code !== 'unavailable' || waitedMs >= REFRESH_WAIT_MS) throw error;
        await clock.sleep(WRITE_AGAIN_MS);
      }
    }
  }

  /** What is stored now: another sign-in when one came while the refresh was under way, and nothing after a sign-out. */
  async function currentSession(): Promise<string> {
    return tokenOf(await read());
  }

  return {
    get source() {
      if (!used) return `the stored credential of profile ${name}`;
      return describeCredential(name, used, describeToken(used.accessToken, { now: clock.now(), issuer: used.issuer ?? profile.issuer }));
    },
    get remedy() {
      return used ? remedyFor(used) : signInAgain(name);
    },
    accessToken: async () => {
      if (inMemory.made()) return inMemory().accessToken();
      const entry = await read();
      // One that cannot be renewed is used to its end.
      if (isFresh(entry) || (lasts(entry) && !isRenewable(entry))) return tokenOf(entry);
      return (await isUnwritable(entry)) ? inMemory().accessToken() : renewUnlessDone(entry, undefined);
    },
    renew: async (refused) => {
      const entry = await read();
      if (!isRenewable(entry) && (await tokenOf(entry)) === refused) return undefined;
      return (await isUnwritable(entry)) ? inMemory().renew(refused) : renewUnlessDone(entry, refused);
    },
  };
}

/** Why a renewal came to nothing, as the error of the command. Pure. */
function renewalError(
  outcome: Exclude<RefreshOutcome, { kind: 'refreshed' }>,
  { what, remedy }: { readonly what: string; readonly remedy: Help },
): CliError {
  if (outcome.kind === 'dead') return new CliError('auth', `${what} has ended: ${outcome.description}`, { hint: remedy });
  if (outcome.kind === 'refused') return new CliError('auth', `${what} could not be refreshed: ${outcome.description}`, { hint: remedy });
  const { cause } = outcome;
  const message = `${what} could not be refreshed: ${cause.message}`;
  // A server that is gone, or has another name, does not come back by itself.
  if (cause.code === 'auth') return new CliError('auth', message, { hint: remedy });
  const code = cause.code === 'rate_limited' ? 'rate_limited' : 'unavailable';
  return new CliError(code, message, { hint: 'the session is kept: run the command again', cause });
}

/** A credential goes to no other API than the one it was obtained for, and is refreshed by no other server. Throws `auth`. */
export function assertBelongs(credential: CredentialFacts, profile: Profile, remedy: Help): void {
  const { name, url, issuer } = profile;
  const home = new URL(credential.url);
  if (home.origin !== url.origin) {
    throw new CliError('auth', `${describeCredential(name, credential)} is for ${home.origin}, not for ${url.origin}`, {
      // To sign in would end the session there.
      hint: helpWith(`set FLOWKIWI_URL to ${home.origin} to use it, or add a profile`, 'profile', 'add', 'NAME', '--url', url.origin),
    });
  }
  if (issuer !== undefined && credential.issuer !== undefined && !issuersOf(profile).includes(credential.issuer)) {
    throw new CliError('auth', `${describeCredential(name, credential)} comes from ${credential.issuer}, not from ${issuer}`, {
      hint: remedy,
    });
  }
}
