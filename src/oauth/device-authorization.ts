import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { isThisMachine } from '../http/loopback.ts';
import { isRecord, parseJson } from '../record.ts';
import { authenticate, type OAuthClient } from './configuration.ts';
import { isPassing, type ProtocolFailure, signInError } from './protocol-failure.ts';
import { parseSafeUrl, whyUnsafe } from './safe-url.ts';

/** The device authorization response (RFC 8628 section 3.2), checked. */
export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string | undefined;
  readonly expiresInMs: number;
  readonly intervalMs: number;
}

/** RFC 8628 section 3.2: without an interval it is 5 seconds. */
const DEFAULT_INTERVAL_S = 5;
/** For servers that leave out what they must send; and the most that anybody waits in front of a code. */
const DEFAULT_EXPIRES_IN_S = 600;
const MAX_EXPIRES_IN_S = 3_600;
const MAX_USER_CODE_LENGTH = 100;

/** Asks for a device and a user code (RFC 8628 section 3.1); a client that is not public shows who it is, as at the token endpoint. */
export async function deviceAuthorizationRequest(
  client: OAuthClient,
  endpoint: string,
  scopes: readonly string[],
  codeChallenge?: string,
): Promise<HttpRequest> {
  const body = new URLSearchParams({
    client_id: client.clientId,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(codeChallenge !== undefined && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
  });
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' });
  await authenticate(client, body, headers);
  return {
    method: 'POST',
    url: new URL(endpoint),
    headers: Object.fromEntries(headers),
    body: body.toString(),
  };
}

/**
 * Reads the answer. Numbers that are missing or make no sense get their defaults. Throws `auth` for a refusal, for an answer without a
 * code, and for an address that is not https, or on this machine as the server is: nobody is sent there. `unavailable` when it may pass. Pure.
 */
export function readDeviceAuthorization({ status, body, url }: HttpResponse, http: Pick<HttpClient, 'isLocal'> = {}): DeviceAuthorization {
  const answer = parseObject(body);
  const failure = deviceFailure({ status, body });
  if (failure) {
    const hint = isPassing(failure)
      ? helpWith('sign in again in a while', 'login', '--device')
      : helpWith('check the client id and the scopes of the profile, or sign in with a browser', 'login', '--browser');
    throw signInError(failure, hint);
  }
  const { device_code: deviceCode, user_code: userCode } = answer;
  if (!isText(deviceCode) || !isText(userCode) || userCode.length > MAX_USER_CODE_LENGTH) {
    throw unusable('it carries no code');
  }
  // Google's name for it is older than the RFC's.
  const verificationUri = pageUrl(answer['verification_uri'] ?? answer['verification_url'], url, http);
  const complete = answer['verification_uri_complete'] || undefined;
  const verificationUriComplete = complete === undefined ? undefined : pageUrl(complete, url, http);
  return {
    deviceCode,
    userCode,
    verificationUri: verificationUri.href,
    verificationUriComplete: verificationUriComplete?.href,
    expiresInMs: Math.min(seconds(answer['expires_in'], DEFAULT_EXPIRES_IN_S), MAX_EXPIRES_IN_S) * 1000,
    intervalMs: Math.max(seconds(answer['interval'], DEFAULT_INTERVAL_S), 1) * 1000,
  };
}

/** What an answer refuses; undefined when it does not. Pure. */
export function deviceFailure({ status, body }: Pick<HttpResponse, 'status' | 'body'>): ProtocolFailure | undefined {
  if (status >= 200 && status <= 299) return undefined;
  const answer = parseObject(body);
  const { error, error_description: description } = answer;
  if (typeof error !== 'string') return { kind: 'http_status', status };
  return { kind: 'oauth_error', status, error, description: typeof description === 'string' ? description : undefined, body: answer };
}

/** A page that a person is sent to. On this machine only when the server is there too: no other one sends a browser to what listens here. */
function pageUrl(text: unknown, server: URL, http: Pick<HttpClient, 'isLocal'>): URL {
  const url = parseSafeUrl(text, http);
  if (url === undefined) throw unusable(`the page it names for entering the code ${whyUnsafe(text)}`);
  if (isThisMachine(url) && !isThisMachine(server)) throw unusable('the page it names for entering the code is on this machine');
  return url;
}

/** A positive number, also as text; otherwise the default. */
export function seconds(value: unknown, byDefault: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : byDefault;
}

function unusable(reason: string): CliError {
  return new CliError('auth', `the answer of the sign-in server cannot be used: ${reason}`, {
    hint: helpWith('sign in with a browser', 'login', '--browser'),
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  return isRecord(value) ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
