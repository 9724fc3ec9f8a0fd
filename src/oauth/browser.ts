import type { Clock, PeerCheck } from '../edges.ts';
import { CliError, isCliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { once } from '../once.ts';
import { type AuthorizationOptions, authorizationUrl, createTransaction, redeemCode, type Transaction } from './authorization-code.ts';
import type { AuthorizationAnswer, ExpectedAnswer } from './authorization-response.ts';
import { type CallbackPage, notSignedIn, QUESTION_LEFT, SIGNED_IN } from './callback-page.ts';
import { type CallbackListener, type CallbackPlace, listenForCallback, type StrayVisit } from './callback-server.ts';
import type { OAuthClient } from './configuration.ts';
import { AskAgain, type AskedFor, assertOfflineAccess, assertRefreshToken } from './offline-access.ts';
import { describeOAuthError, PASSING_ERRORS } from './protocol-failure.ts';
import { otherScopes, scopesToRequest } from './server-metadata.ts';
import { nobodyCame, type WhileWaiting, withTimeLimit } from './time-limit.ts';
import type { TokenSet } from './token-set.ts';
import { withUserInfo } from './user-info.ts';

/** A browser that has not reported by then is taken to be starting. */
const OPENING_MS = 3_000;

/** What the wait says after this long: a server that refuses on a page of its own sends nobody back. */
const REMIND_AFTER_MS = 20_000;

export interface BrowserSignIn extends OAuthClient, Pick<AuthorizationOptions, 'prompt' | 'loginHint' | 'authParams' | 'par'> {
  readonly scopes: readonly string[];
  /** Those of the scopes that are asked for whatever the server says of them. */
  readonly namedScopes?: readonly string[] | undefined;
  /** Where the browser comes back to. */
  readonly place?: CallbackPlace | undefined;
  /** Tells the person something on the way; nothing of it comes twice. */
  readonly say?: ((text: Help) => void | Promise<void>) | undefined;
  readonly clock: Clock;
  /** How long to wait for the person, in milliseconds. */
  readonly timeoutMs: number;
  /** What the wait is called when it runs out, in milliseconds: the limit of the whole command, of which `timeoutMs` is left. */
  readonly limitMs?: number | undefined;
  /** Shows the person the URL; `opened` says whether a browser was started on it. Always called. */
  readonly announce: (url: string, opened: boolean) => void | Promise<void>;
  /** Does the wait for the person. */
  readonly whileWaiting?: WhileWaiting | undefined;
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

/** Keeps the tokens of somebody who has signed in. */
type Keep<T> = (tokens: TokenSet, visit: Visit) => Promise<T>;

/**
 * Signs in with the system's browser: authorization code and PKCE with a loopback redirect (RFC 8252). Requests that do not answer this
 * sign-in never end it. The browser is told that it succeeded when `keep`, which gets the tokens, is done; resolves to what that resolves to.
 * The port is closed whichever way it ends.
 * Throws `auth` when it is refused or the answer must not be trusted, `timeout`, `unavailable`, the signal's reason, and as `keep` does.
 */
export async function signInWithBrowser<T>(options: BrowserSignIn, keep: Keep<T>): Promise<T> {
  const { server, signal, announce, clock, place, scopes, namedScopes, prompt, isOwnPeer, onForeignPeer } = options;
  signal?.throwIfAborted();
  const request = createRequest(options, { scopes: scopesToRequest(scopes, server, namedScopes), prompt });
  const peers = { isOwnPeer, onForeignPeer: once(() => onForeignPeer?.()) };
  const listener = await listenForCallback(request.expected, clock, { place, onStray: strayTeller(options), ...peers });
  try {
    const url = await request.urlFor(listener.redirectUri);
    await announce(url, await openBrowser(listener.startAt(url), options, listener.answer()));
    try {
      return await answerOf(options, request, listener, keep);
    } catch (error) {
      if (!(error instanceof AskAgain)) throw error;
      return await signInAgain(options, error, listener, keep);
    }
  } finally {
    await listener.close();
  }
}

/** Asks the server in the way that it wants. The browser that brought the answer goes straight on. */
async function signInAgain<T>(
  options: BrowserSignIn,
  { request: asked, message }: AskAgain,
  listener: CallbackListener,
  keep: Keep<T>,
): Promise<T> {
  const request = createRequest(options, asked);
  const url = await request.urlFor(listener.redirectUri);
  await options.say?.(message);
  if (!listener.goOn(url, request.expected)) await options.announce(url, false);
  return answerOf(options, request, listener, keep);
}

/** One authorization request: what is asked for, the secrets that its answer is checked with, and its address. */
interface AuthorizationRequest {
  readonly asked: AskedFor;
  readonly transaction: Transaction;
  readonly expected: ExpectedAnswer;
  readonly urlFor: (redirectUri: string) => Promise<string>;
}

function createRequest(options: BrowserSignIn, asked: AskedFor): AuthorizationRequest {
  const { server, loginHint, authParams, par } = options;
  const transaction = createTransaction();
  const issExpected = server.authorization_response_iss_parameter_supported;
  return {
    asked,
    transaction,
    expected: { state: transaction.state, issuer: server.issuer, issExpected },
    urlFor: (redirectUri) => authorizationUrl(options, transaction, { ...asked, redirectUri, loginHint, authParams, par }),
  };
}

/** Waits for the answer to a request, redeems it, and has the tokens kept. Throws `AskAgain` too. */
async function answerOf<T>(
  options: BrowserSignIn,
  { asked, transaction }: AuthorizationRequest,
  listener: CallbackListener,
  keep: Keep<T>,
): Promise<T> {
  const { clock, signal, timeoutMs, limitMs = timeoutMs, say, whileWaiting = (_, work) => work() } = options;
  const { redirectUri } = listener;
  const remind = async (ended: AbortSignal) => {
    await clock.sleep(REMIND_AFTER_MS, ended);
    await say?.(whatToCheck(options, redirectUri));
  };
  const answer = await whileWaiting(clock.now() + timeoutMs, () =>
    withTimeLimit(
      (ended) => {
        remind(ended).catch(() => undefined);
        return listener.answer();
      },
      { clock, milliseconds: timeoutMs, signal },
      () => {
        const help = 'run it again, allow more time with --timeout, or use a browser on another device';
        throw nobodyCame(limitMs, helpWith(help, 'login', '--device'));
      },
    ),
  );
  const redeem = async () => {
    if (answer.kind === 'error') {
      assertOfflineAccess(answer.error, asked);
      throw refusal(answer.error, answer.description, asked.scopes);
    }
    const tokens = await redeemCode(options, transaction, { redirectUri, code: answer.code, asked });
    assertRefreshToken(tokens, asked, options.server);
    return keep(await withUserInfo(options, tokens), {
      isDoubtful: options.isOwnPeer === undefined && listener.startedAgain(),
      leaveBrowser: () => listener.finish(QUESTION_LEFT, signal),
    });
  };
  return conclude(redeem, answer, listener, signal);
}

/** Says what came to the port and was no answer, once for each kind. */
function strayTeller({ say }: BrowserSignIn): (visit: StrayVisit) => void {
  const told = new Set<StrayVisit['kind']>();
  return (visit) => {
    if (!told.has(visit.kind)) say?.(strayWords(visit));
    told.add(visit.kind);
  };
}

/** Never throws because of the browser. A browser that brings the answer before it reports has been opened. */
export async function openBrowser(
  url: string,
  { openUrl, clock, signal }: Pick<BrowserSignIn, 'openUrl' | 'clock' | 'signal'>,
  arrived: Promise<unknown>,
): Promise<boolean> {
  if (openUrl === undefined) {
    return false;
  }
  const opening = (async () => openUrl(url))().catch(() => false);
  const reported = Promise.race([opening, arrived.then(() => true)]);
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
    if (error instanceof AskAgain) throw error;
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

/** For a person whose page shows an error. */
function whatToCheck({ clientId, place }: BrowserSignIn, redirectUri: string): string {
  const address =
    place?.port === undefined ? `${redirectUri.replace(/:\d+\//, '/')} (with any port; --callback-port settles one)` : redirectUri;
  return `still waiting for the browser. If its page shows an error: the sign-in server has to know the client ${clientId}, with the redirect URI ${address}`;
}

function strayWords(visit: StrayVisit): string {
  if (visit.kind === 'tls') return 'the browser asks this computer for https, and sign-in comes back by http: allow it for 127.0.0.1';
  return `the sign-in server sent an error that does not say which sign-in it is about: ${describeOAuthError(visit.error, visit.description)}`;
}

function refusal(error: string, description: string | undefined, scopes: readonly string[]): CliError {
  if (error === 'access_denied') {
    const refused =
      description === undefined
        ? 'you declined the request in the browser'
        : `sign-in was refused in the browser: ${describeOAuthError(error, description)}`;
    return new CliError('auth', refused, { hint: helpWith('to try again', 'login') });
  }
  const message = `the sign-in server refused: ${describeOAuthError(error, description)}`;
  if (error === 'invalid_request' && /pushed/i.test(description ?? '')) {
    return new CliError('auth', message, { hint: helpWith('this client takes pushed requests alone', 'login', '--browser', '--par') });
  }
  if (error === 'invalid_scope') return new CliError('auth', message, { hint: otherScopes(scopes) });
  return PASSING_ERRORS.has(error)
    ? new CliError('unavailable', message, { hint: helpWith('sign in again in a while', 'login') })
    : new CliError('auth', message, { hint: helpWith('check the client id and the scopes of the profile, then sign in again', 'login') });
}

/** Begins like a sentence, unless it begins with an address. */
function sentence(text: string): string {
  return /^\w+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
