import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import type { Credential } from '../../identity/credential.ts';
import { isTokenText } from '../../identity/token-text.ts';
import type { StoredCredential } from '../../storage/credentials.ts';
import { defineCommand } from '../command.ts';
import { commandLine } from '../command-line.ts';
import { flag, text } from '../option.ts';
import { type Result, valueResult } from '../result.ts';
import { flowForSurroundings, signIn } from './sign-in.ts';
import { storedStatus } from './status-report.ts';

/** A token is far shorter; a file that was piped in by mistake is far longer. */
const TOKEN_LIMIT_BYTES = 64 * 1024;

export const authLogin = defineCommand({
  name: 'login',
  shortcut: 'login',
  summary: 'sign in, and store the credential of the profile',
  description:
    'Signs in with the browser of this machine, or with a code that is entered in any browser, or with a token from standard input. ' +
    'Without a flag: the browser for a person at a desktop; the code over SSH, in a container or without a display.',
  options: {
    browser: flag('--browser', 'sign in with the browser of this machine'),
    openBrowser: flag('--no-browser', 'sign in with a browser of this machine, and only print the URL'),
    device: flag('--device', 'sign in with a code that is entered in any browser'),
    withToken: flag('--with-token', 'read an access token from standard input'),
    issuer: text('--issuer <url>', 'the sign-in server, when the API does not name it (FLOWKIWI_ISSUER)'),
    clientId: text('--client-id <id>', 'how the sign-in server knows this program (FLOWKIWI_CLIENT_ID)'),
  },
  examples: ['flowkiwi login', 'flowkiwi --profile sandbox login --device', 'flowkiwi login --with-token < token.txt'],
  exits: ['auth', 'timeout', 'unavailable', 'interrupted'],
  run: async (context, { options: { browser, openBrowser, device, withToken, issuer, clientId } }) => {
    const chosen = [browser && '--browser', !openBrowser && '--no-browser', device && '--device', withToken && '--with-token'].filter(
      Boolean,
    );
    if (chosen.length > 1) throw new CliError('usage', `${chosen.join(' and ')} exclude each other`, { hint: 'give one of them' });
    const profile = await context.profile({ issuer, clientId });
    if (withToken) return store(context, profile, await pastedToken(context, profile, await readToken(context)));
    return login(context, profile, { flow: device ? 'device' : browser || !openBrowser ? 'browser' : undefined, open: openBrowser });
  },
});

export interface Choice {
  readonly flow: 'browser' | 'device' | undefined;
  /** Whether a browser may be started. */
  readonly open: boolean;
}

/** Lets a person sign in to a profile, and stores the credential. */
export async function login(context: Context, profile: Profile, choice: Choice): Promise<Result> {
  return store(context, profile, await signInSomehow(context, profile, choice));
}

async function signInSomehow(context: Context, profile: Profile, { flow, open }: Choice): Promise<StoredCredential> {
  const { http, edges } = context;
  const chosen = flow ?? (await flowForSurroundings(context));
  const { discoverAuthorizationServer } = await import('../../oauth/discovery.ts');
  const server = await discoverAuthorizationServer({ http, apiUrl: profile.url, issuer: profile.issuer, signal: edges.interruption });
  if (server) return signIn(context, { profile, server, flow: chosen, openUrl: open ? edges.openUrl : undefined });
  const { prompter, messages } = context;
  const where = 'the "Log in with Flowkiwi" button of the documentation site gives a token';
  if (!prompter) {
    throw new CliError('auth', `${profile.url.origin} names no sign-in server`, {
      hint: `${where}: pipe it into ${commandLine(context, 'login --with-token')}, or name the server with --issuer`,
    });
  }
  await messages.notice(`${profile.url.origin} names no sign-in server yet. Meanwhile ${where}.`);
  return pastedToken(context, profile, await prompter.secret('Paste the token (it is not shown):'));
}

async function readToken({ edges, prompter }: Context): Promise<string> {
  if (edges.stdin.isTerminal && prompter) return prompter.secret('Paste the token (it is not shown):');
  return edges.stdin.readAll(TOKEN_LIMIT_BYTES);
}

/** A token is tried out before it is stored. */
async function pastedToken(context: Context, profile: Profile, pasted: string): Promise<StoredCredential> {
  const token = pasted.trim();
  const remedy = 'copy the token again, whole, and sign in once more';
  if (token === '') throw new CliError('auth', 'the token is empty', { hint: remedy });
  if (!isTokenText(token)) throw new CliError('auth', 'this is no access token: it has characters that no token has', { hint: remedy });
  const credential: Credential = {
    source: 'the pasted token',
    remedy,
    accessToken: () => Promise.resolve(token),
    renew: () => Promise.resolve(undefined),
  };
  await context.connect(profile, credential).checkCredential();
  return {
    method: 'token',
    url: profile.url.href,
    issuer: undefined,
    clientId: undefined,
    accessToken: token,
    refreshToken: undefined,
    expiresAt: undefined,
    scope: undefined,
    machine: undefined,
    user: undefined,
  };
}

async function store(context: Context, profile: Profile, credential: StoredCredential): Promise<Result> {
  const { credentials, edges, messages } = context;
  await credentials.replace([profile.name], (stored) => new Map(stored).set(profile.name, credential));
  if (edges.env['FLOWKIWI_TOKEN']) {
    await messages.warning('FLOWKIWI_TOKEN is set: commands use that token, not this sign-in, until it is unset');
  }
  const status = storedStatus(profile, credential, credentials.path);
  const who = credential.user?.email ?? credential.user?.name ?? credential.user?.sub;
  const words = {
    success: `Signed in to ${profile.url.origin}${who ? ` as ${who}` : ''} (profile ${profile.name})`,
    next: commandLine(context, 'org create "Acme Corp"'),
  };
  const wantsData = context.options.format === 'json' || context.options.format === 'yaml';
  return wantsData ? valueResult(status, '', words) : words;
}
