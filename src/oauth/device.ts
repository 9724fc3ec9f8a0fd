import { genericGrantRequest } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { withServerClock } from '../http/server-clock.ts';
import { TransportError } from '../http/transport-error.ts';
import { isRecord } from '../record.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { type DeviceAuthorization, deviceAuthorizationRequest, readDeviceAuthorization, seconds } from './device-authorization.ts';
import {
  assertRightClock,
  describeFailure,
  isPassing,
  type ProtocolFailure,
  readFailure,
  signInError,
  withoutSecrets,
} from './protocol-failure.ts';
import { scopesToRequest } from './server-metadata.ts';
import { nobodyCame, withTimeLimit } from './time-limit.ts';
import { readTokenResponse } from './token-response.ts';
import type { TokenSet } from './token-set.ts';
import { withUserInfo } from './user-info.ts';

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SLOW_DOWN_MS = 5_000;
/** Doubling ends here, so that an outage of a minute does not cost the rest of the code's life. */
const MAX_BACKOFF_MS = 60_000;

/** What the person needs; both addresses are https or on loopback. */
export type DeviceCode = Pick<DeviceAuthorization, 'userCode' | 'verificationUri' | 'verificationUriComplete'>;

export interface DeviceSignIn extends OAuthClient {
  readonly scopes: readonly string[];
  readonly clock: Clock;
  /** How long to wait for the person, in milliseconds; undefined: as long as the code lasts. */
  readonly timeoutMs?: number | undefined;
  /** As in `BrowserSignIn`. */
  readonly limitMs?: number | undefined;
  /** Shows the person the code and where to enter it. Called once. */
  readonly announce: (code: DeviceCode) => void | Promise<void>;
}

/**
 * Signs in with a code that is entered on any device (RFC 8628). Network failures and failures of the server are waited out until the code
 * expires. Throws `auth` when it is refused, expired or not offered, `timeout`, `unavailable`, and the signal's reason at once.
 */
export async function signInWithDevice(options: DeviceSignIn): Promise<TokenSet> {
  const { clock, timeoutMs, limitMs, signal } = options;
  const authorization = await requestDeviceCode(options);
  const expiresAt = clock.now() + authorization.expiresInMs;
  const { userCode, verificationUri, verificationUriComplete } = authorization;
  await options.announce({ userCode, verificationUri, verificationUriComplete });
  const wait = (ended: AbortSignal | undefined) => pollForTokens({ ...options, signal: ended }, authorization, expiresAt);
  const tokens =
    timeoutMs === undefined
      ? await wait(signal)
      : await withTimeLimit(wait, { clock, milliseconds: timeoutMs, signal }, () => givesUp(limitMs ?? timeoutMs));
  return withUserInfo(options, tokens);
}

function givesUp(milliseconds: number): never {
  throw nobodyCame(milliseconds, helpWith('to get a new code, with more time in --timeout', 'login', '--device'));
}

async function requestDeviceCode({ scopes, ...client }: DeviceSignIn): Promise<DeviceAuthorization> {
  const { server, http, signal } = client;
  const endpoint = server.device_authorization_endpoint;
  if (endpoint === undefined) {
    throw new CliError('auth', `the sign-in server ${server.issuer} offers no sign-in with a code`, {
      hint: helpWith('sign in with a browser', 'login', '--browser'),
    });
  }
  try {
    return readDeviceAuthorization(
      await http.send(await deviceAuthorizationRequest(client, endpoint, scopesToRequest(scopes, server)), signal),
    );
  } catch (error) {
    throw error instanceof TransportError ? signInError({ kind: 'no_answer', cause: error }, 'check the URL of the sign-in server') : error;
  }
}

/** RFC 8628 sections 3.4 and 3.5: waits before each request, and never asks faster again once it was told to slow down. */
async function pollForTokens(options: DeviceSignIn, { deviceCode, intervalMs }: DeviceAuthorization, expiresAt: number): Promise<TokenSet> {
  const { clock, signal, server } = options;
  const [http, serverClock] = withServerClock(options.http, clock);
  let interval = intervalMs;
  let outage: ProtocolFailure | undefined;
  for (;;) {
    await clock.sleep(Math.min(interval, Math.max(0, expiresAt - clock.now())), signal);
    const requestedAt = clock.now();
    if (requestedAt >= expiresAt) {
      throw outage ? signInError(outage, helpWith('sign in again when the server answers', 'login', '--device')) : expired();
    }
    try {
      const response = await genericGrantRequest(createConfiguration({ ...options, http }), DEVICE_CODE_GRANT, { device_code: deviceCode });
      return readTokenResponse(response, requestedAt);
    } catch (error) {
      const failure = readFailure(error, signal);
      assertRightClock(failure, serverClock, server.issuer);
      interval = nextInterval(interval, failure, deviceCode);
      outage = isWaitedOut(failure) ? withoutSecrets(failure, [deviceCode]) : undefined;
    }
  }
}

/** How long to wait before the next request, in milliseconds. Throws when there is to be none. Pure. */
function nextInterval(interval: number, failure: ProtocolFailure, deviceCode: string): number {
  if (failure.kind === 'oauth_error') {
    switch (failure.error) {
      case 'authorization_pending':
        return interval;
      case 'slow_down':
        return Math.max(interval + SLOW_DOWN_MS, askedInterval(failure.body));
      case 'expired_token':
        throw expired();
      case 'access_denied':
        throw refused(withoutSecrets(failure, [deviceCode]));
    }
  }
  if (!isWaitedOut(failure)) {
    throw failure.kind === 'oauth_error'
      ? signInError(
          withoutSecrets(failure, [deviceCode]),
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
  const words = failure.kind === 'oauth_error' && failure.description !== undefined ? `: ${describeFailure(failure)}` : '';
  return new CliError('auth', `sign-in was refused${words}`, { hint: helpWith('to try again', 'login', '--device') });
}

function askedInterval(body: unknown): number {
  return seconds(isRecord(body) ? body['interval'] : undefined, 0) * 1000;
}

function expired(): CliError {
  return new CliError('auth', 'the code has expired before anybody entered it', {
    hint: helpWith('to get a new one', 'login', '--device'),
  });
}
