import type { Clock, PeerCheck } from '../edges.ts';
import { CliError, isCliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { once } from '../once.ts';
import { authorizationUrl, createTransaction, redeemCode } from './authorization-code.ts';
import type { AuthorizationAnswer } from './authorization-response.ts';
import { type CallbackPage, notSignedIn, QUESTION_LEFT, SIGNED_IN } from './callback-page.ts';
import { type CallbackListener, listenForCallback } from './callback-server.ts';
import type { OAuthClient } from './configuration.ts';
import { describeOAuthError, PASSING_ERRORS } from './protocol-failure.ts';
import { scopesToRequest } from './server-metadata.ts';
import { nobodyCame, withTimeLimit } from './time-limit.ts';
import type { TokenSet } from './token-set.ts';
import { withUserInfo } from './user-info.ts';

/** A browser that has not reported by then is taken to be starting. */
const OPENING_MS = 3_000;

export interface BrowserSignIn extends OAuthClient {
  readonly scopes: readonly string[];
  readonly clock: Clock;
  /** Whether the request is pushed (PAR), also where the server does not ask for it. */
  readonly par?: boolean | undefined;
  /** How long to wait for the person, in milliseconds. */
  readonly timeoutMs: number;
  /** What the wait is called when it runs out, in milliseconds: the limit of the whole command, of which `timeoutMs` is left. */
  readonly limitMs?: number | undefined;
  /** Shows the person the URL; `opened` says whether a browser was started on it. Always called. */
  readonly announce: (url: string, opened: boolean) => void | Promise<void>;
  /** Starts a browser, on an address that tells who reads it nothing; undefined when none is to be started. */
  readonly openUrl: ((url: string) => Promise<boolean>) | undefined;
  /** Tells the processes of this user from those of others; undefined where nothing does. */
  readonly isOwnPeer?: PeerCheck | undefined;
  /** Called once, when a connection of another user is refused. */
  readonly onForeignPeer?: (() => void) | undefined;
}

/** What is known of the person who has signed in, beside the tokens. */
export interface Visit {
  /** Whether somebody else than the person in front of this machine may have signed in. */
  readonly isDoubtful: boolean;
  /** Sends the person back to the terminal: to be called before a question is asked there. Never throws. */
  readonly leaveBrowser: () => Promise<void>;
}

/**
 * Signs in with the system's browser: authorization code and PKCE with a loopback redirect (RFC 8252). Requests that do not answer this
 * sign-in never end it. The browser is told that it succeeded when `keep`, which gets the tokens, is done; resolves to what that resolves to.
 * The port is closed whichever way it ends.
 * Throws `auth` when it is refused or the answer must not be trusted, `timeout`, `unavailable`, the signal's reason, and as `keep` does.
 */
export async function signInWithBrowser<T>(options: BrowserSignIn, keep: (tokens: TokenSet, visit: Visit) => Promise<T>): Promise<T> {
  const { server, clock, signal, announce, isOwnPeer, onForeignPeer } = options;
  signal?.throwIfAborted();
  const transaction = createTransaction();
  const issExpected = server.authorization_response_iss_parameter_supported;
  const expected = { state: transaction.state, issuer: server.issuer, issExpected };
  const listener = await listenForCallback(expected, clock, { isOwnPeer, onForeignPeer: once(() => onForeignPeer?.()) });
  try {
    const { redirectUri } = listener;
    const url = await authorizationUrl(options, transaction, {
      redirectUri,
      scopes: scopesToRequest(options.scopes, server),
      par: options.par,
    });
    await announce(url, await openBrowser(listener.startAt(url), options, listener));
    const limit = { clock, milliseconds: options.timeoutMs, signal };
    const answer = await withTimeLimit(
      () => listener.answer,
      limit,
      () => {
        throw nobodyCame(
          options.limitMs ?? options.timeoutMs,
          helpWith('run it again, allow more time with --timeout, or use a browser on another device', 'login', '--device'),
        );
      },
    );
    const redeem = async () => {
      if (answer.kind === 'error') throw refusal(answer.error, answer.description);
      const tokens = await redeemCode(options, transaction, { redirectUri, code: answer.code });
      return keep(await withUserInfo(options, tokens), {
        isDoubtful: isOwnPeer === undefined && listener.startedAgain(),
        leaveBrowser: () => listener.finish(QUESTION_LEFT, signal),
      });
    };
    return await conclude(redeem, answer, listener, options.signal);
  } finally {
    await listener.close();
  }
}

/** Never throws because of the browser. A browser that brings the answer before it reports has been opened. */
async function openBrowser(url: string, { openUrl, clock, signal }: BrowserSignIn, { answer }: CallbackListener): Promise<boolean> {
  if (openUrl === undefined) {
    return false;
  }
  const opening = (async () => openUrl(url))().catch(() => false);
  const reported = Promise.race([opening, answer.then(() => true)]);
  return withTimeLimit(
    () => reported,
    { clock, milliseconds: OPENING_MS, signal },
    () => true,
  );
}

/** Does the work that the answer asks for; only then is the browser told, so that its page is true. */
async function conclude<T>(
  work: () => Promise<T>,
  answer: AuthorizationAnswer,
  listener: CallbackListener,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    const done = await work();
    await listener.finish(SIGNED_IN, signal);
    return done;
  } catch (error) {
    const isRefused = answer.kind === 'error' && answer.error === 'access_denied';
    await listener.finish(isRefused ? refusedPage(answer.description) : failedPage(error), signal);
    throw error;
  }
}

function refusedPage(description: string | undefined): CallbackPage {
  const words = description === undefined ? '' : `: ${describeOAuthError('access_denied', description)}`;
  return notSignedIn('Sign-in was refused', `flowkiwi was given no access${words}`);
}

function failedPage(error: unknown): CallbackPage {
  return notSignedIn('Sign-in failed', isCliError(error) ? sentence(error.message) : 'The terminal says why');
}

function refusal(error: string, description: string | undefined): CliError {
  if (error === 'access_denied') {
    const words = description === undefined ? '' : `: ${describeOAuthError(error, description)}`;
    return new CliError('auth', `sign-in was refused in the browser${words}`, { hint: helpWith('to try again', 'login') });
  }
  const message = `the sign-in server refused: ${describeOAuthError(error, description)}`;
  return PASSING_ERRORS.has(error)
    ? new CliError('unavailable', message, { hint: helpWith('sign in again in a while', 'login') })
    : new CliError('auth', message, { hint: helpWith('check the client id and the scopes of the profile, then sign in again', 'login') });
}

/** Begins like a sentence, unless it begins with an address. */
function sentence(text: string): string {
  return /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
