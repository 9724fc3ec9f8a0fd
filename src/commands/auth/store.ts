import type { Context } from '../../context/context.ts';
import { describeOwner } from '../../context/describe-credential.ts';
import { environmentWords } from '../../context/environment-identity.ts';
import type { Profile } from '../../context/profile.ts';
import { isCliError, withHint } from '../../errors.ts';
import { flowkiwi, helpWith, orElse } from '../../hint.ts';
import type { Visit } from '../../oauth/browser.ts';
import { type CredentialStorage, chooseStorage, storageOf } from '../../storage/config.ts';
import { type CredentialEntry, mayShareSession, type StoredCredential } from '../../storage/credential.ts';
import type { SealingKey } from '../../storage/seal.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { assertRightAccount, isSomebodyElse, UNNAMED } from './account.ts';
import { endSession } from './end-session.ts';
import { endReplaced } from './replaced-session.ts';
import { storedStatus } from './status-report.ts';

export interface NewSignIn {
  readonly profile: Profile;
  /** Where the credential is stored, this one and later ones; undefined: where the profile's are. */
  readonly storage: CredentialStorage | undefined;
  /** An e-mail address or a subject: no other account is stored. */
  readonly expectUser?: string | undefined;
  readonly obtain: Obtain;
}

/**
 * Signs in, hands what it got to `keep`, and resolves to what that resolves to. A person who waits for the outcome elsewhere is told of it
 * when `keep` is done.
 */
export type Obtain = <T>(keep: Keep<T>) => Promise<T>;

/** Stores a credential; `visit` is how a person got it. */
export type Keep<T> = (credential: StoredCredential, visit?: Visit) => Promise<T>;

/**
 * Signs in, makes the credential the profile's, ends the session that it replaces, and says who is signed in. Throws before anybody signs in
 * when what they get could not be kept: `invalid` or `unavailable` for the files, `unavailable` for a keychain that is needed.
 */
export async function signInAndStore(context: Context, { profile, storage, expectUser, obtain }: NewSignIn): Promise<Result> {
  const { config, credentials, edges, messages, options } = context;
  const { name } = profile;
  const isSealed = async () => (storage ?? storageOf(await config.read(), name)) === 'keyring';
  const { credential, entry, replaced, key } = await withNewKeys(context, async (newKey) => {
    const early = (await isSealed()) ? await newKey() : undefined;
    await credentials.assertWritable();
    return obtain((obtained, visit) =>
      orEnd(context, { profile: name, obtained }, async () => {
        await assertRightAccount(context, { profile: name, credential: obtained, expected: expectUser, visit });
        if (storage !== undefined) await chooseStorage(config, name, storage);
        // Where credentials are kept may have been changed while somebody signed in.
        const late = early ?? ((await isSealed()) ? await newKey() : undefined);
        const made: CredentialEntry = late ? (await context.vault()).seal(name, obtained, late) : obtained;
        return { credential: obtained, entry: made, replaced: await put(context, name, made), key: late };
      }),
    );
  });
  if (replaced) await endReplaced(context, { profile: name, replaced, credential });
  const before = replaced && isSomebodyElse(replaced, credential) ? replaced : undefined;
  // What they worked in need not be open to those who signed in now.
  if (before) await (await context.organizations()).leave();
  const inEnvironment = environmentWords(edges.env);
  if (inEnvironment) await messages.warning(`${inEnvironment} set: commands use what is there, not this sign-in, until that is unset`);
  const who = describeOwner(credential) ?? (credential.method === 'token' ? undefined : UNNAMED);
  const where = `profile ${name}${key ? ', key in the keychain' : ''}`;
  const current = await context.knownOrganizations.current({ profile: name, url: profile.url.href });
  const words = {
    success: `Signed in to ${profile.url.origin}${who === undefined ? '' : ` as ${who}`}${before ? `, in place of ${describeOwner(before)}` : ''} (${where})`,
    next: current === undefined ? flowkiwi('org', 'create', 'Acme Corp') : flowkiwi('tree'),
  };
  const wantsData = options.format === 'json' || options.format === 'yaml';
  return wantsData ? valueResult(storedStatus(profile, entry, credentials.path), [], words) : words;
}

/** Runs `work`, which may make keys in the keychain. When it fails nothing came to be sealed with them, and they are taken out again. */
async function withNewKeys<T>(context: Context, work: (newKey: () => Promise<SealingKey>) => Promise<T>): Promise<T> {
  const made: SealingKey[] = [];
  const newKey = async () => {
    const key = await newKeyOrHint(context);
    made.push(key);
    return key;
  };
  try {
    return await work(newKey);
  } catch (error) {
    for (const key of made) await (await context.vault()).forget(key.account);
    throw error;
  }
}

async function newKeyOrHint(context: Context): Promise<SealingKey> {
  try {
    return await (await context.vault()).newKey();
  } catch (error) {
    if (!isCliError(error)) throw error;
    throw withHint(error, orElse(error.hint, helpWith('or keep the credential in a file', 'login', '--storage', 'file')));
  }
}

interface Obtained {
  readonly profile: string;
  readonly obtained: StoredCredential;
}

/** Runs `work`, which stores what was obtained. A session that cannot be stored is nobody's, and is ended, unless a stored one may be the same. */
async function orEnd<T>(context: Context, { profile, obtained }: Obtained, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const others = [...((await context.credentials.read().catch(() => undefined))?.values() ?? [])];
    const tokens = ({ method, accessToken, refreshToken }: StoredCredential) =>
      method === 'token' || others.some((other) => mayShareSession(other, obtained)) ? undefined : { accessToken, refreshToken };
    await endSession(context, { profile, entry: obtained, tokens, signal: context.edges.interruption }).catch(() => undefined);
    throw error;
  }
}

/** Stores an entry, and resolves to the one that was in its place. */
async function put({ credentials }: Context, name: string, entry: CredentialEntry): Promise<CredentialEntry | undefined> {
  let replaced: CredentialEntry | undefined;
  await credentials.replace([name], (stored) => {
    replaced = stored?.get(name);
    return new Map(stored).set(name, entry);
  });
  return replaced;
}
