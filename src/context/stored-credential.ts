import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import type { Credential } from '../identity/credential.ts';
import type { RefreshOutcome } from '../oauth/refresh.ts';
import type { Credentials, CredentialsFile, StoredCredential } from '../storage/credentials.ts';
import { fileFailure } from '../storage/file-failure.ts';
import type { Profile } from './profile.ts';

/** A token with less life than this is refreshed before it is used, so that it lasts for the request. */
const MARGIN_MS = 60_000;
const LOCK_WAIT_MS = 30_000;

export interface StoredCredentialOptions {
  readonly profile: Profile;
  readonly file: CredentialsFile;
  /** Lock of this credential's refresh. */
  readonly lockPath: string;
  readonly clock: Clock;
  /** Gets new tokens in place of these: by the refresh token, or as the machine that the credential is of. */
  readonly renewal: (credential: StoredCredential) => Promise<RefreshOutcome>;
  /** Tells the server that the tokens are done with, as well as it can. Never throws. */
  readonly revoke: (credential: StoredCredential) => Promise<unknown>;
}

/**
 * The profile's stored credential. Refreshes under a lock between processes, because a refresh token may be used only once:
 * whoever comes second finds the tokens of the first. Never prompts, never starts a sign-in.
 */
export function storedCredential({ profile, file, lockPath, clock, renewal, revoke }: StoredCredentialOptions): Credential {
  const remedy = `sign in again: flowkiwi${profile.name === 'default' ? '' : ` --profile ${profile.name}`} login`;
  const isFresh = ({ expiresAt }: StoredCredential) => expiresAt === undefined || expiresAt - clock.now() > MARGIN_MS;
  const lasts = ({ expiresAt }: StoredCredential) => expiresAt === undefined || expiresAt > clock.now();

  async function read(): Promise<StoredCredential> {
    const credential = (await file.read())?.get(profile.name);
    if (!credential) {
      throw new CliError('auth', `not signed in (profile ${profile.name})`, {
        hint: `${remedy.replace(' again', '')}, or set FLOWKIWI_TOKEN`,
      });
    }
    assertBelongs(credential, profile, remedy);
    return credential;
  }

  async function renewUnlessDone(done: (credential: StoredCredential) => boolean): Promise<string> {
    const renew = async () => {
      const credential = await read();
      return done(credential) ? credential.accessToken : renewStored(credential);
    };
    const { withLock } = await import('../files/lock.ts');
    const locked = await withLock(lockPath, { waitMs: LOCK_WAIT_MS, clock }, renew).catch((error) => {
      throw fileFailure(error, lockPath, 'write');
    });
    if (!locked)
      throw new CliError('unavailable', 'another flowkiwi is refreshing this session and does not finish', {
        hint: 'run the command again',
      });
    return locked.value;
  }

  async function renewStored(credential: StoredCredential): Promise<string> {
    const { refreshToken } = credential;
    if (!isRenewable(credential)) {
      throw new CliError('auth', `the session of profile ${profile.name} has expired and cannot be refreshed`, { hint: remedy });
    }
    const outcome = await renewal(credential);
    switch (outcome.kind) {
      case 'refreshed': {
        const { tokens } = outcome;
        const renewed: StoredCredential = {
          ...credential,
          accessToken: tokens.accessToken,
          refreshToken: tokens.refreshToken ?? refreshToken,
          expiresAt: tokens.expiresAt,
          scope: tokens.scope ?? credential.scope,
          user: tokens.user ?? credential.user,
        };
        await file.update((stored) => renewedIn(stored ?? new Map(), profile.name, credential, renewed));
        if (!(await file.read())?.has(profile.name)) await revoke(renewed);
        return currentSession();
      }
      case 'dead':
        await file.update((stored) => without(stored ?? new Map(), profile.name, credential));
        if ((await file.read())?.has(profile.name)) return currentSession();
        throw new CliError('auth', `the session of profile ${profile.name} has ended: ${outcome.description}`, { hint: remedy });
      case 'refused':
        throw new CliError('auth', `the session of profile ${profile.name} could not be refreshed: ${outcome.description}`, {
          hint: remedy,
        });
      case 'unavailable':
        if (lasts(credential)) return credential.accessToken;
        throw new CliError('unavailable', `the session of profile ${profile.name} could not be refreshed: ${outcome.cause.message}`, {
          hint: 'the session is kept: run the command again',
          cause: outcome.cause,
        });
    }
  }

  /** What is stored now: another sign-in when one came while the refresh was under way, and nothing after a sign-out. */
  async function currentSession(): Promise<string> {
    return (await read()).accessToken;
  }

  return {
    source: `the stored credential of profile ${profile.name}`,
    remedy,
    accessToken: async () => {
      const credential = await read();
      return isFresh(credential) ? credential.accessToken : renewUnlessDone(isFresh);
    },
    renew: async (refused) => {
      const credential = await read();
      if (credential.accessToken === refused && !isRenewable(credential)) return undefined;
      return renewUnlessDone(({ accessToken }) => accessToken !== refused);
    },
  };
}

/** A credential goes to no other API than the one it was obtained for, and is refreshed by no other server. Throws `auth`. */
export function assertBelongs(credential: StoredCredential, { name, url, issuer }: Profile, remedy: string): void {
  const home = new URL(credential.url);
  if (home.origin !== url.origin) {
    throw new CliError('auth', `the stored credential of profile ${name} is for ${home.origin}, not for ${url.origin}`, { hint: remedy });
  }
  if (issuer !== undefined && credential.issuer !== undefined && issuer !== credential.issuer) {
    throw new CliError('auth', `the stored credential of profile ${name} comes from ${credential.issuer}, not from ${issuer}`, {
      hint: remedy,
    });
  }
}

function isRenewable({ refreshToken, machine }: StoredCredential): boolean {
  return refreshToken !== undefined || machine !== undefined;
}

/** Whether these are the same tokens: a refresh token is new at every sign-in and never comes back; a machine has none. */
function isSame(one: StoredCredential | undefined, other: StoredCredential): boolean {
  if (other.refreshToken !== undefined) return one?.refreshToken === other.refreshToken;
  return one?.refreshToken === undefined && one?.accessToken === other.accessToken;
}

/** The credentials with a profile's renewed, unless a newer sign-in or a sign-out has taken away the tokens that were renewed. */
function renewedIn(credentials: Credentials, name: string, before: StoredCredential, renewed: StoredCredential): Credentials {
  return isSame(credentials.get(name), before) ? new Map(credentials).set(name, renewed) : credentials;
}

/** The credentials without a profile's, unless a newer sign-in has replaced the tokens that are dead. */
function without(credentials: Credentials, name: string, dead: StoredCredential): Credentials {
  if (!isSame(credentials.get(name), dead)) return credentials;
  const rest = new Map(credentials);
  rest.delete(name);
  return rest;
}
