import { existsSync } from 'node:fs';
import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { PROVIDER_DEFAULTS } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import { type Help, helpWith } from '../../hint.ts';
import type { Visit } from '../../oauth/browser.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import type { DiscoveredServer } from '../../oauth/server-metadata.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import type { ConfidentialClient, SignInMethod, StoredCredential } from '../../storage/credential.ts';
import type { SettledTokens } from './first-refresh.ts';
import type { Keys } from './waiting.ts';

/** Longest wait for a person in the browser when `--timeout` does not say. */
const BROWSER_TIMEOUT_MS = 300_000;

/** Files that Docker and Podman leave in every container. */
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Said before what to do then. */
export const NO_BROWSER = 'No browser could be opened on this machine';

const FOREIGN_PEER = helpWith(
  'a request to the sign-in was refused, because no process of yours is behind it; if it was your own browser, sign in with a code',
  ...['login', '--device'],
);

/** The code was entered in a browser that this program knows nothing of. */
const AT_NO_BROWSER_HERE: Visit = { isDoubtful: false, leaveBrowser: () => Promise.resolve() };

export interface SignIn {
  readonly profile: Profile;
  readonly server: DiscoveredServer;
  readonly flow: SignInFlow;
  /** What the client shows who it is with; undefined for a public one. */
  readonly client?: ConfidentialClient | undefined;
  /** The time that assertions of the client are signed by, in milliseconds since the epoch; our own when absent. */
  readonly signingTime?: (() => number) | undefined;
  /** Whether the authorization request is pushed, also where the server does not ask for it. */
  readonly par?: boolean | undefined;
  /** Starts the browser; undefined when none is to be started. */
  readonly openUrl: ((url: string) => Promise<boolean>) | undefined;
  /** Told of the code that a person is to enter, after it was shown; says what keys do while it is waited for. */
  readonly onUserCode?: (userCode: string) => Promise<Keys>;
  /** True when no person has to do anything: nothing is printed. */
  readonly silent?: boolean;
}

/**
 * Lets a person sign in, hands the credential to `keep`, which stores it, and resolves to what that resolves to: a page in the browser that
 * says "signed in" is shown after it. The URL is always printed, whatever the output format.
 */
export async function signIn<T>(
  context: Context,
  { profile, server, flow, client: proof, signingTime, par, openUrl, onUserCode, silent = false }: SignIn,
  keep: (credential: StoredCredential, visit?: Visit) => Promise<T>,
): Promise<T> {
  const { edges, budget, messages } = context;
  const { clock, interruption: signal } = edges;
  const tell: Context['messages']['always'] = (lines) => (silent ? Promise.resolve() : messages.always(lines));
  const { mayCopy, whileListening, whileWaitingFor } = await import('./waiting.ts');
  const waitingFor = (what: string) => (silent ? undefined : whileWaitingFor(context, what));
  const http = await context.httpFor(profile);
  const { clientId, scopes, namedScopes } = profile;
  const { callbackPort: port, callbackPath: path, callbackHost: host, ...authorization } = profile.signIn;
  const say = async (text: Help) => {
    if (!silent) await context.messages.notice(text);
  };
  const authentication = proof && (await clientAuthentication(proof, clientId, signingTime ?? clock.now));
  const client = { server, clientId, authentication, http, clock, signal, scopes, namedScopes, say };
  const settled = async (tokens: TokenSet): Promise<SettledTokens> => {
    if (!PROVIDER_DEFAULTS[profile.provider].triesRefresh) return tokens;
    const { tryRefresh } = await import('./first-refresh.ts');
    return tryRefresh(context, client, tokens);
  };
  if (flow === 'browser') {
    const { signInWithBrowser } = await import('../../oauth/browser.ts');
    const timeoutMs = budget.leftMs() ?? BROWSER_TIMEOUT_MS;
    const announce = (url: string, opened: boolean) =>
      tell([
        ...(openUrl && !opened ? [NO_BROWSER] : []),
        opened ? 'Your browser opens to sign in. If it does not, open:' : 'To sign in, open this URL in a browser on this machine:',
        `  ${url}`,
      ]);
    const peers = { isOwnPeer: await edges.peerCheck(), onForeignPeer: () => void messages.alert(FOREIGN_PEER) };
    const place = { port, path, host };
    const wait = { timeoutMs, limitMs: budget.limitMs, whileWaiting: waitingFor('Waiting for the sign-in in your browser') };
    return signInWithBrowser({ ...client, ...authorization, place, par, ...wait, openUrl, announce, ...peers }, async (tokens, visit) =>
      keep({ ...storable('browser', profile, server, await settled(tokens)), client: proof }, visit),
    );
  }
  const { signInWithDevice } = await import('../../oauth/device.ts');
  let listening: { readonly code: string; readonly keys: Keys | undefined } | undefined;
  const waiting = waitingFor('Waiting for the sign-in');
  const tokens = await signInWithDevice({
    ...client,
    timeoutMs: budget.leftMs(),
    limitMs: budget.limitMs,
    announce: async ({ userCode, verificationUri, verificationUriComplete }) => {
      const code = ['', { strong: `  ${userCode}` }, ''];
      await tell(
        verificationUriComplete === undefined
          ? [`Open ${verificationUri} in any browser and enter the code`, ...code]
          : [
              `Open ${verificationUriComplete} in any browser and check that it shows`,
              ...code,
              `(or enter the code at ${verificationUri})`,
            ],
      );
      // Every user of the machine can read the command line of a browser, and with the code in it could sign in as somebody else.
      if ((await openUrl?.(verificationUri)) === false) await tell([`${NO_BROWSER}; use any other`]);
      if (mayCopy(context, userCode)) await tell(['Press c to copy the code']);
      listening = { code: userCode, keys: await onUserCode?.(userCode) };
    },
    whileWaiting: (end, work) => {
      const wait = () => (waiting ? waiting(end, work) : work());
      return listening === undefined || silent ? wait() : whileListening(context, listening, wait);
    },
  });
  return keep({ ...storable('device', profile, server, await settled(tokens)), client: proof }, AT_NO_BROWSER_HERE);
}

async function clientAuthentication(client: ConfidentialClient, clientId: string, time: () => number) {
  const { storedAuthentication } = await import('../../context/client-authentication.ts');
  return storedAuthentication({ machine: undefined, client, clientId }, { env: {}, time });
}

function storable(method: SignInMethod, { url, clientId }: Profile, { issuer }: DiscoveredServer, tokens: SettledTokens): StoredCredential {
  return { ...tokens, method, url: url.href, issuer, clientId, machine: undefined };
}

/** The flow for these surroundings; undefined when no person is there. */
export async function flowForSurroundings({ edges, options }: Context): Promise<SignInFlow | undefined> {
  const { chooseSignInFlow } = await import('../../oauth/flow.ts');
  const { env, platform } = edges;
  const isContainer = CONTAINER_MARKS.some((path) => existsSync(path));
  return chooseSignInFlow({ env, platform, isContainer, input: options.input });
}

/** The flow that a flag says, else the one for these surroundings. Throws `usage`, naming the flags, when no person is there: never a guess. */
export async function requireFlow(context: Context, flag: SignInFlow | undefined): Promise<SignInFlow> {
  const flow = flag ?? (await flowForSurroundings(context));
  if (flow) return flow;
  throw new CliError('usage', 'cannot sign in interactively here: choose a sign-in method', {
    hint: helpWith(
      'in CI: --oidc, --key-file, --client-credentials, --with-token or FLOWKIWI_TOKEN; with a person --browser, or',
      'login',
      '--device',
    ),
  });
}
