import type { Context } from '../../context/context.ts';
import { environmentWords } from '../../context/environment-identity.ts';
import { checkedProfileName, profileName } from '../../context/profile.ts';
import { type CliError, isCliError, withHint, withMessage } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { Revocation } from '../../oauth/revoke.ts';
import { type CredentialEntry, mayShareSession, type SignInMethod, type StoredCredential } from '../../storage/credential.ts';
import type { Credentials } from '../../storage/credentials.ts';
import { isDiskFull } from '../../storage/file-failure.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { valueResult } from '../kit/result.ts';
import { type BrowserSession, endInBrowser } from './end-in-browser.ts';
import { endSession } from './end-session.ts';

export const authLogout = defineCommand({
  name: 'logout',
  summary: 'end the session: revoke it at the server, and delete it here in every case',
  options: {
    all: flag('--all', 'every profile'),
    browser: flag('--browser', 'end the session in the browser too, on the page of the sign-in server'),
  },
  examples: ['flowkiwi logout', 'flowkiwi logout --all', 'flowkiwi logout --browser'],
  exits: ['invalid', 'unavailable', 'interrupted'],
  data: both(() => ({ ...objectWith({ profile: 'string', revocation: 'string' }), form: 'list' })),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { options: { all, browser } }) => {
    const { credentials, edges, messages } = context;
    const name = all ? undefined : await chosenName(context);
    const names = name === undefined ? [...((await credentials.read())?.keys() ?? [])] : [name];
    const { removed, failure } = await remove(context, names);
    if (name !== undefined && removed.length === 0) checkedProfileName(name, await context.config.read());
    const signal = edges.interruption;
    const left = failure ? [] : await others(context, names);
    const sessions: BrowserSession[] = [];
    const end = async ([profile, entry]: (typeof removed)[number]): Promise<Ended> => {
      const user = left.find(([, other]) => mayShareSession(entry, other))?.[0];
      let opened: StoredCredential | undefined;
      const tokens = (credential: StoredCredential) => {
        opened = credential;
        return user === undefined ? credential : undefined;
      };
      const revocation = await endSession(context, { profile, entry, tokens, signal });
      if (browser && user === undefined) sessions.push({ profile, entry, idToken: opened?.idToken });
      return { profile, method: entry.method, revocation: user === undefined ? revocation : { outcome: 'used_by_another', user } };
    };
    const ended = await context.activity.during('sign out', () => Promise.all(removed.map(end)));
    if (failure) throw withMessage(failure, `${failure.message}; ${ended.map(keptSentence).join('; ')}`);
    for (const session of sessions) await endInBrowser(context, session);
    const inEnvironment = environmentWords(edges.env);
    if (inEnvironment) await messages.warning(`${inEnvironment} still set: commands go on using what is there`);
    const nobody = `You were not signed in${name === undefined ? '' : ` (profile ${name})`}`;
    const data = ended.map(({ profile, revocation: { outcome } }) => ({ profile, revocation: outcome }));
    return valueResult(data, [], { success: ended.map(sentence).join('; ') || nobody });
  }),
);

/** The name of the profile is all that is needed of it: a credential can be deleted whatever is wrong with the rest. */
async function chosenName({ options, edges: { env }, config, profileChoice }: Context): Promise<string> {
  const given = options.profile ?? env['FLOWKIWI_PROFILE'];
  if (given) return given;
  try {
    return profileName(await profileChoice(), env, await config.read());
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

/** The profiles that are signed in beside these. */
async function others({ credentials }: Context, names: readonly string[]): Promise<readonly (readonly [string, CredentialEntry])[]> {
  return [...((await credentials.read()) ?? [])].filter(([name]) => !names.includes(name));
}

/** What became of it at the server: it goes on there while another profile may be using it. */
type Ending = Revocation | { readonly outcome: 'used_by_another'; readonly user: string };

interface Ended {
  readonly profile: string;
  readonly method: SignInMethod;
  readonly revocation: Ending;
}

function sentence(ended: Ended): string {
  return `Signed out of profile ${ended.profile}: deleted here, ${atServer(ended, ' too')}`;
}

function keptSentence(ended: Ended): string {
  return `profile ${ended.profile} is still stored here, ${atServer(ended, ' all the same')}`;
}

function atServer({ method, revocation }: Ended, also: string): string {
  const machine = LASTING[method];
  return machine === undefined ? sessionWords(revocation, also) : `${accessTokenWords(revocation, also)}; ${machine}`;
}

function sessionWords(revocation: Ending, also: string): string {
  switch (revocation.outcome) {
    case 'revoked':
      return `the session is revoked at the server${also}`;
    case 'failed':
      return `${failureWords(revocation)}, there the session lasts until it expires`;
    case 'nothing_to_revoke':
      return 'the server has nothing to revoke';
    case 'not_offered':
      return 'the server names no way to revoke; its tokens live until they expire';
    case 'used_by_another':
      return `the session goes on at the server, where profile ${revocation.user} uses it`;
  }
}

function accessTokenWords(revocation: Ending, also: string): string {
  switch (revocation.outcome) {
    case 'revoked':
      return `its access token is revoked at the server${also}`;
    case 'failed':
      return `${failureWords(revocation)}, there its access token lasts until it expires`;
    default:
      return 'its access token lasts at the server until it expires';
  }
}

function failureWords({ status }: Revocation): string {
  return status === undefined ? 'the server could not be told' : `the server refused to revoke (status ${status})`;
}

/** What a sign-out does not end: what a machine signs in with. */
const LASTING: Readonly<Partial<Record<SignInMethod, string>>> = {
  client_credentials: 'the client secret itself goes on working until it is changed there',
  service_account_key: 'the key itself goes on working until it is deleted there',
  workload_identity: 'jobs of this CI can sign in until the server trusts it no more',
};
