import type { Context } from '../../context/context.ts';
import { environmentWords } from '../../context/environment-identity.ts';
import { checkedProfileName, profileName } from '../../context/profile.ts';
import { type CliError, isCliError, withHint, withMessage } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { Revocation } from '../../oauth/revoke.ts';
import type { CredentialEntry, SignInMethod } from '../../storage/credential.ts';
import type { Credentials } from '../../storage/credentials.ts';
import { isDiskFull } from '../../storage/file-failure.ts';
import { defineCommand } from '../kit/command.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { valueResult } from '../kit/result.ts';
import { endSession } from './end-session.ts';

export const authLogout = defineCommand({
  name: 'logout',
  shortcut: 'logout',
  summary: 'end the session: revoke it at the server, and delete it here in every case',
  options: { all: flag('--all', 'every profile') },
  examples: ['flowkiwi logout', 'flowkiwi logout --all'],
  exits: ['invalid', 'unavailable', 'interrupted'],
  org: both('ignored'),
}).run(
  both(async (context, { options: { all } }) => {
    const { credentials, edges, messages } = context;
    const name = all ? undefined : await chosenName(context);
    const names = name === undefined ? [...((await credentials.read())?.keys() ?? [])] : [name];
    const { removed, failure } = await remove(context, names);
    if (name !== undefined && removed.length === 0) checkedProfileName(name, await context.config.read());
    const signal = edges.interruption;
    const ended = await Promise.all(
      removed.map(async ([profile, entry]) => {
        const revocation = await endSession(context, { profile, entry, tokens: (credential) => credential, signal });
        return { profile, method: entry.method, revocation };
      }),
    );
    if (failure) throw withMessage(failure, `${failure.message}; ${ended.map(keptSentence).join('; ')}`);
    const inEnvironment = environmentWords(edges.env);
    if (inEnvironment) await messages.warning(`${inEnvironment} still set: commands go on using what is there`);
    const nobody = `Nobody was signed in${name === undefined ? '' : ` (profile ${name})`}`;
    const data = ended.map(({ profile, revocation }) => ({ profile, revocation }));
    return valueResult(data, [], { success: ended.map(sentence).join('; ') || nobody });
  }),
);

/** The name of the profile is all that is needed of it: a credential can be deleted whatever is wrong with the rest. */
async function chosenName({ options, edges: { env }, config }: Context): Promise<string> {
  const given = options.profile ?? env['FLOWKIWI_PROFILE'];
  if (given) return given;
  try {
    return profileName(undefined, env, await config.read());
  } catch (error) {
    if (!isCliError(error)) throw error;
    throw withHint(error, helpWith('to sign out of every profile before that', 'logout', '--all'));
  }
}

interface Removal {
  readonly removed: readonly (readonly [profile: string, entry: CredentialEntry])[];
  /** Why they could not be deleted; there is something then that can be ended at the server all the same. */
  readonly failure?: CliError;
}

/** Deletes the credentials of these profiles. Throws `invalid` or `unavailable` when they can neither be deleted nor read. */
async function remove({ credentials }: Context, names: readonly string[]): Promise<Removal> {
  let before: Credentials = new Map();
  const removed = () => [...before].filter(([name]) => names.includes(name));
  try {
    await credentials.replace(names, (stored = new Map()) => {
      before = stored;
      return new Map([...stored].filter(([name]) => !names.includes(name)));
    });
    return { removed: removed() };
  } catch (error) {
    if (!isCliError(error)) throw error;
    before = (await credentials.read().catch(() => undefined)) ?? new Map();
    if (removed().length === 0) throw error;
    if (!isDiskFull(error) || removed().length < before.size) return { removed: removed(), failure: error };
    credentials.remove();
    return { removed: removed() };
  }
}

interface Ended {
  readonly profile: string;
  readonly method: SignInMethod;
  readonly revocation: Revocation;
}

function sentence(ended: Ended): string {
  return `Signed out of profile ${ended.profile}: deleted here, ${atServer(ended, ' too')}`;
}

function keptSentence(ended: Ended): string {
  return `profile ${ended.profile} is still stored here, ${atServer(ended, ' all the same')}`;
}

function atServer({ method, revocation }: Ended, also: string): string {
  const machine = LASTING[method];
  return machine === undefined ? sessionWords(also)[revocation] : `${accessTokenWords(also)[revocation]}; ${machine}`;
}

const sessionWords = (also: string): Readonly<Record<Revocation, string>> => ({
  revoked: `the session is revoked at the server${also}`,
  failed: 'the server could not be told, there the session lasts until it expires',
  nothing_to_revoke: 'the server has nothing to revoke',
});

const accessTokenWords = (also: string): Readonly<Record<Revocation, string>> => ({
  revoked: `its access token is revoked at the server${also}`,
  failed: 'the server could not be told, there its access token lasts until it expires',
  nothing_to_revoke: 'its access token lasts at the server until it expires',
});

/** What a sign-out does not end: what a machine signs in with. */
const LASTING: Readonly<Partial<Record<SignInMethod, string>>> = {
  client_credentials: 'the client secret itself goes on working until it is changed there',
  service_account_key: 'the key itself goes on working until it is deleted there',
  workload_identity: 'jobs of this CI can sign in until the server trusts it no more',
};
