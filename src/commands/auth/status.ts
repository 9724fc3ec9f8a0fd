import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { profileSources } from '../../context/profile.ts';
import { CliError, isCliError } from '../../errors.ts';
import type { View } from '../../output/view.ts';
import { defineCommand } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { flag } from '../option.ts';
import { recordResult } from '../result.ts';
import { environmentStatus, noStatus, type ReasonedStatus, type StatusReport, storedStatus } from './status-report.ts';

export const authStatus = defineCommand({
  name: 'status',
  shortcut: 'whoami',
  summary: 'show who is signed in, by which credential, and where it lives',
  description: 'Exits 4 when there is no usable credential. Reads only what is stored; --check asks the server.',
  options: { check: flag('--check', 'ask the server whether it accepts the credential') },
  examples: ['flowkiwi auth status', 'flowkiwi auth status --check --json'],
  exits: ['auth', 'unavailable'],
  run: async (context, { options: { check } }) => {
    context.printer.check(statusView);
    const report = { ...(await readReport(context)), why: await reasons(context) };
    const failure = await problem(context, report, check);
    return recordResult(statusView, { ...report, signed_in: report.signed_in && failure?.code !== 'auth' }, { failure });
  },
});

async function readReport(context: Context): Promise<StatusReport> {
  const profile = await context.profile();
  if (environmentCredential(context.edges.env)) return environmentStatus(profile);
  const stored = (await context.credentials.read())?.get(profile.name);
  return stored ? storedStatus(profile, stored, context.credentials.path) : noStatus(profile);
}

/** What won for each part, in words. With a token from the environment the stored credentials are not looked at. */
async function reasons({ config, credentials, edges, options, profile }: Context): Promise<ReasonedStatus['why']> {
  const { profile: name, url } = profileSources({ profile: options.profile }, edges.env, await config.read());
  if (environmentCredential(edges.env)) return { profile: name, url, credential: 'FLOWKIWI_TOKEN is set' };
  const isStored = (await credentials.read())?.has((await profile()).name) ?? false;
  return { profile: name, url, credential: `FLOWKIWI_TOKEN is not set, ${isStored ? 'one' : 'none'} is stored` };
}

async function problem(context: Context, report: StatusReport, check: boolean): Promise<CliError | undefined> {
  const remedy = { hint: commandLine(context, 'login') };
  if (!report.signed_in) return new CliError('auth', `not signed in (profile ${report.profile})`, remedy);
  const ended = report.expires_at !== null && Date.parse(report.expires_at) <= context.edges.clock.now();
  if (ended && !report.refreshable)
    return new CliError('auth', `the session of profile ${report.profile} ended at ${report.expires_at}`, remedy);
  try {
    if (report.source === 'file') await checkStored(context, remedy.hint);
    if (check) await (await context.provider()).checkCredential();
    return undefined;
  } catch (error) {
    if (isCliError(error)) return error;
    throw error;
  }
}

/** Throws `auth` for a credential that commands would not use, because the environment points the profile at another server. */
async function checkStored(context: Context, remedy: string): Promise<void> {
  const profile = await context.profile();
  const stored = (await context.credentials.read())?.get(profile.name);
  if (!stored) return;
  const { assertBelongs } = await import('../../context/stored-credential.ts');
  assertBelongs(stored, profile, remedy);
}

const statusView: View<ReasonedStatus> = {
  kind: 'status',
  fields: [
    { name: 'profile', heading: 'Profile', table: true, text: ({ profile }) => profile },
    { name: 'provider', heading: 'Provider', table: true, text: ({ provider }) => provider },
    { name: 'url', heading: 'URL', table: true, keep: true, text: ({ url }) => url },
    { name: 'signed_in', heading: 'Signed in', table: true, text: ({ signed_in }) => (signed_in ? 'yes' : 'no') },
    { name: 'user', heading: 'User', table: true, text: ({ user }) => user?.email ?? user?.name ?? user?.sub ?? '' },
    { name: 'method', heading: 'Method', table: true, text: ({ method }) => method ?? '' },
    { name: 'source', heading: 'Credential from', table: true, text: ({ source }) => source ?? '' },
    { name: 'path', heading: 'Stored in', table: false, keep: true, text: ({ path }) => path ?? '' },
    { name: 'issuer', heading: 'Sign-in server', table: false, keep: true, text: ({ issuer }) => issuer ?? '' },
    { name: 'expires_at', heading: 'Expires', table: true, text: ({ expires_at }) => expires_at ?? '' },
    { name: 'refreshable', heading: 'Refreshes itself', table: false, text: ({ refreshable }) => (refreshable ? 'yes' : 'no') },
    { name: 'why', heading: 'Why', table: false, text: ({ why }) => Object.entries(why).map(([name, reason]) => `${name}: ${reason}`) },
  ],
  id: ({ profile }) => profile,
  json: (report) => ({ ...report }),
};
