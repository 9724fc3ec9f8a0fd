import type { Context } from '../../context/context.ts';
import { describeCredential, describeOwner } from '../../context/describe-credential.ts';
import { assertEnvironmentTokenLasts, environmentCredential } from '../../context/environment-credential.ts';
import { profileSources } from '../../context/profile.ts';
import { emptyVariable } from '../../environment.ts';
import { CliError, isCliError } from '../../errors.ts';
import { flowkiwi, type Help, helpWith } from '../../hint.ts';
import type { View } from '../../output/view.ts';
import { type CredentialEntry, isRenewable, isSealed } from '../../storage/credential.ts';
import { defineCommand } from '../kit/command.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { environmentStatus, noStatus, type ReasonedStatus, type StatusReport, storedStatus } from './status-report.ts';

export const authStatus = defineCommand({
  name: 'status',
  shortcut: 'whoami',
  summary: 'show who is signed in, by which credential, and where it lives',
  description:
    'Exits 4 when there is no usable credential. Asks the keychain where it has the key, and no server; --check asks the server.',
  options: { check: flag('--check', 'ask the server whether it accepts the credential') },
  examples: ['flowkiwi auth status', 'flowkiwi auth status --check --json'],
  exits: ['auth', 'unavailable'],
  org: both('ignored'),
}).run(
  both(async (context, { options: { check } }) => {
    context.printer.check(statusView);
    const entry = await storedEntry(context);
    const report = { ...(await readReport(context, entry)), why: await reasons(context, entry) };
    const failure = await problem(context, { report, entry, check });
    return recordResult(statusView, { ...report, signed_in: report.signed_in && failure?.code !== 'auth' }, { failure });
  }),
);

/** What is stored for the profile; undefined also where a token from the environment wins: the stored credentials are not looked at then. */
async function storedEntry({ edges, credentials, profile }: Context): Promise<CredentialEntry | undefined> {
  const { name } = await profile();
  return environmentCredential(edges.env) ? undefined : (await credentials.read())?.get(name);
}

async function readReport({ edges, credentials, profile }: Context, entry: CredentialEntry | undefined): Promise<StatusReport> {
  if (entry) return storedStatus(await profile(), entry, credentials.path);
  const token = await environmentCredential(edges.env)?.accessToken();
  return token === undefined ? noStatus(await profile()) : environmentStatus(await profile(), token);
}

/** What won for each part, in words. */
async function reasons({ config, edges, options }: Context, entry: CredentialEntry | undefined): Promise<ReasonedStatus['why']> {
  const { profile, url } = profileSources({ profile: options.profile }, edges.env, await config.read());
  if (environmentCredential(edges.env)) return { profile, url, credential: 'FLOWKIWI_TOKEN is set' };
  return {
    profile,
    url,
    credential: `FLOWKIWI_TOKEN is ${emptyVariable(edges.env, 'FLOWKIWI_TOKEN') ? 'set, and empty' : 'not set'}, ${entry ? 'one' : 'none'} is stored`,
  };
}

interface Found {
  readonly report: StatusReport;
  readonly entry: CredentialEntry | undefined;
  /** Whether to ask the server. */
  readonly check: boolean;
}

/** Why the credential cannot be used; undefined when it can, as far as is known. */
async function problem(context: Context, { report, entry, check }: Found): Promise<CliError | undefined> {
  const { systemUser } = await context.profile();
  const hint = systemUser
    ? helpWith(`system user ${systemUser.name} needs no sign-in for the system API; for the rest`, 'login')
    : { command: flowkiwi('login') };
  if (!report.signed_in) return new CliError('auth', `not signed in (profile ${report.profile})`, { hint });
  try {
    if (entry) await assertUsable(context, entry, hint);
    else assertEnvironmentTokenLasts(await (await context.credential()).accessToken(), context.edges.clock.now());
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
  const { expiresAt } = entry;
  if (!isRenewable(entry) && expiresAt !== undefined && expiresAt <= edges.clock.now()) {
    const words = describeCredential(current.name, entry);
    throw new CliError('auth', `${words} expired at ${new Date(expiresAt).toISOString()}`, { hint });
  }
  const { assertBelongs } = await import('../../context/stored-credential.ts');
  assertBelongs(entry, current, hint);
  if (isSealed(entry)) await (await import('../../context/opened-credential.ts')).openCredential(current.name, entry, vault);
}

function userWords({ method, user, client_id: clientId }: StatusReport): string {
  if (method === null) return '';
  const known = user && { sub: user.sub, email: user.email ?? undefined, name: user.name ?? undefined };
  return describeOwner({ method, user: known ?? undefined, clientId: clientId ?? undefined }) ?? '';
}

/** Where a keychain shows the key. */
function keychainWords({ keychain_account: account }: StatusReport): string {
  return account === null ? '' : `flowkiwi ${account}`;
}

const statusView: View<ReasonedStatus> = {
  kind: 'status',
  fields: [
    { name: 'profile', heading: 'Profile', table: true, text: ({ profile }) => profile },
    { name: 'provider', heading: 'Provider', table: true, text: ({ provider }) => provider },
    { name: 'url', heading: 'URL', table: true, keep: true, text: ({ url }) => url },
    { name: 'signed_in', heading: 'Signed in', table: true, text: ({ signed_in }) => (signed_in ? 'yes' : 'no') },
    { name: 'user', heading: 'User', table: true, text: userWords },
    { name: 'client_id', heading: 'Client', table: false, text: ({ client_id }) => client_id ?? '' },
    { name: 'method', heading: 'Method', table: true, text: ({ method }) => method ?? '' },
    { name: 'source', heading: 'Credential from', table: true, text: ({ source }) => source ?? '' },
    { name: 'path', heading: 'Stored in', table: false, keep: true, text: ({ path }) => path ?? '' },
    { name: 'keychain_account', heading: 'Key in the keychain', table: false, keep: true, text: keychainWords },
    { name: 'issuer', heading: 'Sign-in server', table: false, keep: true, text: ({ issuer }) => issuer ?? '' },
    { name: 'expires_at', heading: 'Expires', table: true, text: ({ expires_at }) => expires_at ?? '' },
    { name: 'refreshable', heading: 'Refreshes itself', table: false, text: ({ refreshable }) => (refreshable ? 'yes' : 'no') },
    { name: 'why', heading: 'Why', table: false, text: ({ why }) => Object.entries(why).map(([name, reason]) => `${name}: ${reason}`) },
  ],
  id: ({ profile }) => profile,
  json: (report) => ({ ...report }),
};
