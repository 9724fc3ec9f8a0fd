import type { Context } from '../../context/context.ts';
import { describeCredential, describeOwner, refreshGrantSetting, signInAgain } from '../../context/describe-credential.ts';
import { assertEnvironmentTokenLasts, environmentCredential } from '../../context/environment-credential.ts';
import {
  type EnvironmentIdentity,
  environmentIdentity,
  environmentWords,
  missingFromEnvironment,
} from '../../context/environment-identity.ts';
import { profileSources } from '../../context/profile.ts';
import { CliError, isCliError } from '../../errors.ts';
import { flowkiwi, type Help, helpWith } from '../../hint.ts';
import type { View } from '../../output/view.ts';
import { type CredentialEntry, isRenewable, isSealed } from '../../storage/credential.ts';
import { defineCommand } from '../kit/command.ts';
import { type Data, objectOf } from '../kit/data.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { environmentStatus, identityStatus, noStatus, type ReasonedStatus, type StatusReport, storedStatus } from './status-report.ts';

export const authStatus = defineCommand({
  name: 'status',
  summary: 'show who is signed in, by which credential, and where it lives',
  description:
    'Exits 4 when there is no usable credential. Asks the keychain where it has the key, and no server; --check asks the server.',
  options: { check: flag('--check', 'ask the server whether it accepts the credential') },
  examples: ['flowkiwi auth status', 'flowkiwi auth status --check --json'],
  printsResource: true,
  exits: ['auth', 'unavailable'],
  data: both(() => objectOf(statusView)),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async (context, { options: { check } }) => {
    context.printer.check(statusView);
    const { found, report: known, failure } = await examinedSignIn(context, check);
    const report = { ...known, ...(await reasons(context, found)) };
    const isUsable = failure?.code !== 'auth' && found.unusable === undefined;
    return recordResult(statusView, { ...report, signed_in: report.signed_in && isUsable }, { failure });
  }),
);

async function examinedSignIn(context: Context, check: boolean) {
  const found = await find(context);
  const report = await readReport(context, found);
  return { found, report, failure: await problem(context, { ...found, report, check }) };
}

/** The credential of a run in a few words, and why it cannot be used, if it cannot. */
export interface SignInStatus {
  readonly who: string;
  readonly source: string | null;
  readonly expiresAt: string | null;
  readonly failure: CliError | undefined;
}

/** The same status for other commands; `check`: whether to ask the server. */
export async function signInStatus(context: Context, check: boolean): Promise<SignInStatus> {
  const { report, failure } = await examinedSignIn(context, check);
  return { who: userWords(report) || (report.method ?? ''), source: report.source, expiresAt: report.expires_at, failure };
}

/** What there is to sign in with: what is in the environment, else what is stored, which is not looked at otherwise. */
interface Found {
  readonly token?: string;
  readonly identity?: EnvironmentIdentity;
  /** The service account of the identity, when it is one. */
  readonly subject?: string | undefined;
  /** Why the identity cannot be used. */
  readonly unusable?: CliError;
  readonly entry?: CredentialEntry | undefined;
}

async function find({ edges: { env }, credentials, profile, presented }: Context): Promise<Found> {
  const { name } = await profile();
  const token = await environmentCredential(env)?.accessToken();
  if (token !== undefined) return { token };
  const identity = environmentIdentity(env);
  if (identity === undefined) return { entry: (await credentials.read())?.get(name) };
  try {
    const { machine } = await presented(identity);
    return { identity, subject: machine.kind === 'service_account_key' ? machine.subject : undefined };
  } catch (error) {
    if (!isCliError(error)) throw error;
    return { identity, unusable: error };
  }
}

async function readReport({ credentials, profile }: Context, { token, identity, subject, entry }: Found): Promise<StatusReport> {
  const current = await profile();
  if (token !== undefined) return environmentStatus(current, token);
  if (identity) return identityStatus(current, identity, subject);
  return entry ? storedStatus(current, entry, credentials.path) : noStatus(current);
}

/** The organization, and what won for each part, in words. */
async function reasons(context: Context, { entry }: Found): Promise<Pick<ReasonedStatus, 'organization' | 'why'>> {
  const { config, edges, profileChoice } = context;
  const { profile, url } = profileSources(await profileChoice(), edges.env, await config.read());
  const { organization, source } = await shownOrganization(context);
  const inEnvironment = environmentWords(edges.env);
  const stored = `${missingFromEnvironment(edges.env) ?? 'FLOWKIWI_TOKEN is not set'}, ${entry ? 'one' : 'none'} is stored`;
  return { organization, why: { profile, url, organization: source, credential: inEnvironment ? `${inEnvironment} set` : stored } };
}

/** What commands work in, and what says so. */
export async function shownOrganization({
  options: { org, isOrgFlag },
  organizations,
}: Pick<Context, 'options' | 'organizations'>): Promise<{ readonly organization: string | null; readonly source: string }> {
  if (org !== undefined) return { organization: org, source: isOrgFlag ? '--org' : 'FLOWKIWI_ORG' };
  const { id, file } = await (await organizations()).shownCurrent();
  if (id === undefined) return { organization: null, source: file ? `not known, as ${file} names it` : 'none is current' };
  return { organization: id, source: file ?? 'current organization' };
}

interface Checked extends Found {
  readonly report: StatusReport;
  /** Whether to ask the server. */
  readonly check: boolean;
}

/** Why the credential cannot be used; undefined when it can, as far as is known. */
async function problem(context: Context, { report, token, unusable, entry, check }: Checked): Promise<CliError | undefined> {
  const { systemUser } = await context.profile();
  const hint = systemUser
    ? helpWith(`system user ${systemUser.name} needs no sign-in for the system API; for the rest`, 'login')
    : { command: flowkiwi('login') };
  if (!report.signed_in) return new CliError('auth', `not signed in (profile ${report.profile})`, { hint });
  if (unusable) return unusable;
  try {
    if (entry) await assertUsable(context, entry, hint);
    if (token !== undefined) assertEnvironmentTokenLasts(token, context.edges.clock.now());
    if (check) await context.checkCredential(await context.profile(), await context.credential());
    return undefined;
  } catch (error) {
    if (isCliError(error)) return error;
    throw error;
  }
}

/**
 * Throws `auth` for a credential that has ended, that nothing opens any more, or that is for another server than the environment points the
 * profile at, and `unavailable` when the keychain that it needs cannot be had.
 */
async function assertUsable({ edges, profile, vault }: Context, entry: CredentialEntry, hint: Help): Promise<void> {
  const current = await profile();
  const { expiresAt, refreshExpiresAt } = entry;
  const isOver = (moment: number | undefined) => moment !== undefined && moment <= edges.clock.now();
  if (isOver(expiresAt) && (!isRenewable(entry) || isOver(refreshExpiresAt))) {
    const words = describeCredential(current.name, entry);
    const remedy = entry.refreshRefused === undefined ? hint : signInAgain(current.name, entry);
    throw new CliError('auth', `${words} expired at ${new Date(refreshExpiresAt ?? expiresAt ?? 0).toISOString()}`, { hint: remedy });
  }
  const { assertBelongs } = await import('../../context/stored-credential.ts');
  assertBelongs(entry, current, hint);
  if (isSealed(entry)) await (await import('../../context/opened-credential.ts')).openCredential(current.name, entry, vault);
}

function userWords({ method, user, client_id: clientId }: StatusReport): string {
  if (method === null) return '';
  const known = user && { sub: user.sub, email: user.email ?? undefined, name: user.name ?? undefined };
  const owner = describeOwner({ method, user: known ?? undefined, clientId: clientId ?? undefined }) ?? '';
  return user?.email_verified === false ? `${owner} (address not verified)` : owner;
}

function refreshWords({ refreshable, refresh_refused: refused, client_id: clientId }: StatusReport): string {
  if (refused !== null) return `no (${refused}): ${refreshGrantSetting(clientId ?? undefined)}`;
  return refreshable ? 'yes' : 'no';
}

/** Where a keychain shows the key. */
function keychainWords({ keychain_account: account }: StatusReport): string {
  return account === null ? '' : `flowkiwi ${account}`;
}

/** What `login --json` prints: a status without its reasons. */
export function signInData(): Data {
  return { form: 'object', fields: statusView.fields.filter(({ name }) => name !== 'organization' && name !== 'why') };
}

const statusView: View<ReasonedStatus> = {
  kind: 'status',
  fields: [
    { name: 'profile', heading: 'Profile', type: 'string', table: true, text: ({ profile }) => profile },
    { name: 'provider', heading: 'Provider', type: 'string', table: true, text: ({ provider }) => provider },
    { name: 'url', heading: 'URL', type: 'string', table: true, keep: true, text: ({ url }) => url },
    { name: 'organization', heading: 'Organization', table: false, keep: true, text: ({ organization }) => organization ?? '' },
    { name: 'signed_in', heading: 'Signed in', type: 'boolean', table: true, text: ({ signed_in }) => (signed_in ? 'yes' : 'no') },
    { name: 'user', heading: 'User', type: 'object | null', table: true, text: userWords },
    { name: 'client_id', heading: 'Client', table: false, text: ({ client_id }) => client_id ?? '' },
    { name: 'method', heading: 'Method', table: true, text: ({ method }) => method ?? '' },
    { name: 'source', heading: 'Credential from', table: true, text: ({ source }) => source ?? '' },
    { name: 'path', heading: 'Stored in', table: false, keep: true, text: ({ path }) => path ?? '' },
    { name: 'keychain_account', heading: 'Key in the keychain', table: false, keep: true, text: keychainWords },
    { name: 'issuer', heading: 'Sign-in server', table: false, keep: true, text: ({ issuer }) => issuer ?? '' },
    { name: 'expires_at', heading: 'Expires', table: true, isTime: true, text: ({ expires_at }) => expires_at },
    {
      name: 'refresh_expires_at',
      heading: 'Session ends',
      table: false,
      isTime: true,
      text: ({ refresh_expires_at }) => refresh_expires_at,
    },
    { name: 'refreshable', heading: 'Refreshes itself', type: 'boolean', table: false, text: refreshWords },
    { name: 'refresh_refused', heading: 'Refused by', table: false, text: ({ refresh_refused }) => refresh_refused },
    {
      name: 'why',
      heading: 'Why',
      type: 'object',
      table: false,
      text: ({ why }) => Object.entries(why).map(([name, reason]) => `${name}: ${reason}`),
    },
  ],
  id: ({ profile }) => profile,
  json: (report) => ({ ...report }),
};
