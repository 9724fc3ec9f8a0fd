import { calculatePKCECodeChallenge, genericGrantRequest, randomPKCECodeVerifier } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { withServerClock } from '../http/server-clock.ts';
import { TransportError } from '../http/transport-error.ts';
import { isRecord } from '../record.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import {
  type DeviceAuthorization,
  deviceAuthorizationRequest,
  deviceFailure,
  readDeviceAuthorization,
  seconds,
} from './device-authorization.ts';
import { AskAgain, type AskedFor, assertOfflineAccess } from './offline-access.ts';
import {
  assertRightClock,
  comingBack,
  describeFailure,
  isPassing,
  type ProtocolFailure,
  readFailure,
  refusedClient,
  signInError,
  withoutSecrets,
} from './protocol-failure.ts';
import { otherScopes, scopesToRequest } from './server-metadata.ts';
import { nobodyCame, type WhileWaiting, withTimeLimit } from './time-limit.ts';
import { readTokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';
import { withUserInfo } from './user-info.ts';

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SLOW_DOWN_MS = 5_000;
const AGAIN = helpWith('sign in again when the server answers', 'login', '--device');
/** Doubling ends here, so that an outage of a minute does not cost the rest of the code's life. */
const MAX_BACKOFF_MS = 60_000;

/** What the person needs; both addresses are https or on loopback. */
export type DeviceCode = Pick<DeviceAuthorization, 'userCode' | 'verificationUri' | 'verificationUriComplete'>;

export interface DeviceSignIn extends OAuthClient {
  readonly scopes: readonly string[];
  /** As in `BrowserSignIn`. */
  readonly namedScopes?: readonly string[] | undefined;
  readonly say?: ((text: Help) => void | Promise<void>) | undefined;
  readonly clock: Clock;
  /** How long to wait for the person, in milliseconds; undefined: as long as the code lasts. */
  readonly timeoutMs?: number | undefined;
  /** As in `BrowserSignIn`. */
  readonly limitMs?: number | undefined;
  /** As in `BrowserSignIn`: until the code ends. */
  readonly whileWaiting?: WhileWaiting | undefined;
  /** Shows the person the code and where to enter it. Called once. */
  readonly announce: (code: DeviceCode) => void | Promise<void>;
}

/**
 * Signs in with a code that is entered on any device (RFC 8628). Network failures and failures of the server are waited out until the code
 * expires. Throws `auth` when it is refused, expired or not offered, `timeout`, `unavailable`, and the signal's reason at once.
 */
export async function signInWithDevice(options: DeviceSignIn): Promise<TokenSet> {
  const { scopes, namedScopes, server, say } = options;
  try {
    return await signInOnce(options, { scopes: scopesToRequest(scopes, server, namedScopes), prompt: undefined });
  } catch (error) {
    if (!(error instanceof AskAgain)) throw error;
    await say?.(error.message);
    return signInOnce(options, error.request);
  }
}

async function signInOnce(options: DeviceSignIn, asked: AskedFor): Promise<TokenSet> {
  const { clock, timeoutMs, limitMs, signal, whileWaiting = (_, work) => work() } = options;
  const requested = await requestDeviceCode(options, asked);
  const { authorization } = requested;
  const expiresAt = clock.now() + authorization.expiresInMs;
  const { userCode, verificationUri, verificationUriComplete } = authorization;
  await options.announce({ userCode, verificationUri, verificationUriComplete });
  const polling: Polling = { ...requested, asked, expiresAt, onlyFailure: undefined };
  const wait = (ended: AbortSignal | undefined) => pollForTokens({ ...options, signal: ended }, polling);
  const end = Math.min(expiresAt, clock.now() + (timeoutMs ?? Number.POSITIVE_INFINITY));
  const tokens = await whileWaiting(end, () =>
    timeoutMs === undefined
      ? wait(signal)
      : withTimeLimit(wait, { clock, milliseconds: timeoutMs, signal }, () => givesUp(limitMs ?? timeoutMs, polling)),
  );
  return withUserInfo(options, tokens);
}

function givesUp(milliseconds: number, { onlyFailure }: Polling): never {
  if (onlyFailure) throw signInError(onlyFailure, AGAIN);
  throw nobodyCame(milliseconds, helpWith('to get a new code, with more time in --timeout', 'login', '--device'));
}

/** The codes, and the verifier of the challenge that was sent with the request. */
interface RequestedCode {
  readonly authorization: DeviceAuthorization;
  readonly codeVerifier: string | undefined;
}

/**
 * Asks with a challenge (RFC 7636), which some servers demand of every public client; a server that does not know the parameter and refuses it is
 * asked without.
 */
async function requestDeviceCode(client: DeviceSignIn, asked: AskedFor): Promise<RequestedCode> {
  const { server, http, signal } = client;
  const { scopes } = asked;
  const endpoint = server.device_authorization_endpoint;
  if (endpoint === undefined) {
    throw new CliError('auth', `the sign-in server ${server.issuer} offers no sign-in with a code`, {
      hint: helpWith('sign in with a browser', 'login', '--browser'),
    });
  }
  const send = async (challenge?: string) => http.send(await deviceAuthorizationRequest(client, endpoint, scopes, challenge), signal);
  try {
    const codeVerifier = randomPKCECodeVerifier();
    const answer = await send(await calculatePKCECodeChallenge(codeVerifier));
    const failure = deviceFailure(answer);
    if (failure?.kind === 'oauth_error') {
      if (failure.error === 'invalid_request')
        return { authorization: readDeviceAuthorization(await send(), http), codeVerifier: undefined };
      assertOfflineAccess(failure.error, asked);
      if (failure.error === 'invalid_scope') throw signInError(failure, otherScopes(scopes));
      const refusal = refusedClient(failure, client);
      if (refusal) throw signInError(failure, refusal.hint);
    }
    return { authorization: readDeviceAuthorization(answer, http), codeVerifier };
  } catch (error) {
    throw error instanceof TransportError ? signInError({ kind: 'no_answer', cause: error }, 'check the URL of the sign-in server') : error;
  }
}

interface Polling extends RequestedCode {
  readonly asked: AskedFor;
  readonly expiresAt: number;
  /** The last failure, as long as the server has answered no request. */
  onlyFailure: ProtocolFailure | undefined;
}

/** RFC 8628 sections 3.4 and 3.5: waits before each request, and never asks faster again once it was told to slow down. */
async function pollForTokens(options: DeviceSignIn, polling: Polling): Promise<TokenSet> {
  const { asked, expiresAt, codeVerifier } = polling;
  const { deviceCode, intervalMs } = polling.authorization;
  const parameters = { device_code: deviceCode, ...(codeVerifier !== undefined && { code_verifier: codeVerifier }) };
  const { clock, signal, server } = options;
  const [http, serverClock] = withServerClock(options.http, clock);
  let [interval, pause] = [intervalMs, intervalMs];
  let hasAnswered = false;
  let outage: ProtocolFailure | undefined;
  for (;;) {
    await clock.sleep(Math.min(pause, Math.max(0, expiresAt - clock.now())), signal);
    const requestedAt = clock.now();
    if (requestedAt >= expiresAt) {
      throw outage ? signInError(outage, AGAIN) : expired();
    }
    try {
      const response = await genericGrantRequest(createConfiguration({ ...options, http }), DEVICE_CODE_GRANT, parameters);
      return readTokenResponse(response, requestedAt);
    } catch (error) {
      const failure = readFailure(error, signal);
      assertRightClock(failure, serverClock, server.issuer);
      if (failure.kind === 'oauth_error') assertOfflineAccess(failure.error, asked);
      const refusal = refusedClient(failure, options);
      if (refusal) throw signInError(withoutSecrets(failure, Object.values(parameters)), refusal.hint);
      interval = nextInterval(interval, failure, Object.values(parameters));
      pause = Math.max(interval, (comingBack(failure, '').retryAfter ?? 0) * 1000);
      outage = isWaitedOut(failure) ? withoutSecrets(failure, Object.values(parameters)) : undefined;
      hasAnswered ||= outage === undefined;
      polling.onlyFailure = hasAnswered ? undefined : outage;
    }
  }
}

/** How long to wait before the next request, in milliseconds. Throws when there is to be none. Pure. */
function nextInterval(interval: number, failure: ProtocolFailure, secrets: readonly string[]): number {
  if (failure.kind === 'oauth_error') {
    switch (failure.error) {
      case 'authorization_pending':
        return interval;
      case 'slow_down':
        return Math.max(interval + SLOW_DOWN_MS, askedInterval(failure.body));
      case 'expired_token':
        throw expired();
      case 'access_denied':
        throw refused(withoutSecrets(failure, secrets));
    }
  }
  if (!isWaitedOut(failure)) {
    throw failure.kind === 'oauth_error'
      ? signInError(
          withoutSecrets(failure, secrets),
          helpWith('check that the client of the profile may sign in with a code, or use a browser', 'login', '--browser'),
        )
      : new CliError('auth', describeFailure(failure), { hint: helpWith('sign in again', 'login', '--device') });
  }
  const isOverloaded =
    failure.kind === 'no_answer' ? failure.cause.kind === 'timeout' : 'status' in failure && [429, 503].includes(failure.status);
  return isOverloaded ? Math.max(interval, Math.min(interval * 2, MAX_BACKOFF_MS)) : interval;
}

/** Whether to go on asking: a status without an error of the protocol comes from a proxy, or from a server that is starting again. */
function isWaitedOut(failure: ProtocolFailure): boolean {
  return failure.kind === 'http_status' || isPassing(failure);
}

function refused(failure: ProtocolFailure): CliError {
  const isExplained = failure.kind === 'oauth_error' && failure.description !== undefined;
  const words = isExplained ? `sign-in was refused: ${describeFailure(failure)}` : 'you declined the request in the browser';
  return new CliError('auth', words, { hint: helpWith('to try again', 'login', '--device') });
}

function askedInterval(body: unknown): number {
  return seconds(isRecord(body) ? body['interval'] : undefined, 0) * 1000;
}

function expired(): CliError {
  return new CliError('auth', 'the code has expired before anybody entered it', {
    hint: helpWith('to get a new one', 'login', '--device'),
  });
}
