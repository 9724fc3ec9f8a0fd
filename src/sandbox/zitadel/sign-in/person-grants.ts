import { createHash } from 'node:crypto';
import { OIDCTokenType } from '@zitadel/proto/zitadel/app_pb';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import { authenticationOf } from '../rules/app-settings.ts';
import { type AppRecord, findAppOfClient } from '../store/app-store.ts';
import { audienceOfApp } from './audience.ts';
import type { SignInCall } from './call.ts';
import { issueTokens, openSession, type TokenAnswer, type TokenShape } from './client-sessions.ts';
import { invalidGrant, invalidRequest, OAuthError } from './oauth-error.ts';
import { required, scopesIn } from './parameters.ts';
import { type AuthRequest, type BrowserSession, type DeviceAuthorization, signInStore } from './sign-in-store.ts';
import { isCurrent, ownerOfToken } from './tokens.ts';

/**
 * The authorization code grant (RFC 6749 section 4.1.3) as ZITADEL does it: any app of the instance may redeem the code, a mistake does not consume
 * it, and one that was redeemed is not found (contract section 10.29). Throws `OAuthError`.
 */
export async function authorizationCode(call: SignInCall, client: AppRecord): Promise<TokenAnswer> {
  const code = hashOf(required(call.parameters, 'code'));
  const redirectUri = required(call.parameters, 'redirect_uri');
  const { authRequests, codes } = signInStore(call.database);
  const known = codes.find(code);
  if (known === undefined) throw invalidRequest('Errors.User.Code.Invalid');
  const request = authRequests.find(known.requestId);
  if (request?.session === undefined || request.codeHash !== code)
    throw new OAuthError(404, 'invalid_request', 'Errors.AuthRequest.NotFound');
  checkVerifier(call, client, request);
  if (redirectUri !== request.redirectUri) throw invalidGrant('redirect_uri does not correspond');
  authRequests.remove(request.id);
  return openFor(call, client, request.session, request);
}

/** Proof key for code exchange (RFC 7636 section 4.6), which each version words in its own way. */
function checkVerifier({ parameters, version }: SignInCall, client: AppRecord, { challenge, challengeMethod }: AuthRequest): void {
  const verifier = parameters.value('code_verifier') ?? '';
  if (version === '2.70') {
    if (challenge === undefined && authenticationOf(client.settings) !== 'none') return;
    if (verifier === '') throw invalidRequest('code_challenge required');
    if (!isProof(verifier, challenge, challengeMethod)) throw invalidGrant('invalid code challenge');
    return;
  }
  if (challenge === undefined) {
    if (verifier !== '') throw invalidRequest('code_verifier unexpectedly provided');
    return;
  }
  if (verifier === '') throw invalidRequest('code_verifier required');
  if (!isProof(verifier, challenge, challengeMethod)) throw invalidGrant('invalid code_verifier');
}

function isProof(verifier: string, challenge: string | undefined, method: string | undefined): boolean {
  return challenge === (method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier);
}

/** The refresh token grant (RFC 6749 section 6); any app of the instance may use the token. Throws `OAuthError`. */
export async function refreshToken(call: SignInCall, client: AppRecord): Promise<TokenAnswer> {
  const owner = ownerOfToken(call.database, call.instance.id, required(call.parameters, 'refresh_token'));
  if (owner?.token.kind !== 'refresh') throw invalidRequest('Errors.User.RefreshToken.Invalid');
  if (!isCurrent(owner, call.now)) throw invalidRequest('Errors.OIDCSession.RefreshTokenInvalid');
  const asked = scopesIn(call.parameters.value('scope') ?? '');
  if (!asked.every((scope) => owner.session.scopes.includes(scope))) throw new OAuthError(400, 'invalid_scope');
  const audience = [...new Set([...owner.session.audience, client.clientId])];
  return issueTokens(call, { ...owner.session, audience }, shapeOf(client), true);
}

const PENDING =
  'The client SHOULD repeat the access token request to the token endpoint, after interval from device authorization response.';

/** The device code grant (RFC 8628 section 3.4); it knows no `slow_down`, and any app with the grant may poll. Throws `OAuthError`. */
export async function deviceCode(call: SignInCall, client: AppRecord): Promise<TokenAnswer> {
  const { devices } = signInStore(call.database);
  const device = devices.find(hashOf(required(call.parameters, 'device_code')));
  if (device === undefined || device.state === 'redeemed') throw invalidGrant();
  if (device.expiresAt <= call.now) throw new OAuthError(400, 'expired_token', 'The "device_code" has expired.');
  if (device.state === 'denied') throw new OAuthError(400, 'access_denied', 'The authorization request was denied.');
  if (device.session === undefined) throw new OAuthError(400, 'authorization_pending', PENDING);
  putDevice(call, { ...device, state: 'redeemed' });
  return openFor(call, client, device.session, device);
}

/** Keeps what has become of the request of a device. */
export function putDevice({ database }: Pick<SignInCall, 'database'>, device: DeviceAuthorization): void {
  signInStore(database).devices.put(device, { owner: device.userCode, expiresAt: device.expiresAt });
}

/** The audience is that of the app that asked, and the one that redeems. */
function openFor(
  call: SignInCall,
  client: AppRecord,
  { sid, userId, authTime }: BrowserSession,
  { clientId, scopes, nonce }: { readonly clientId: string; readonly scopes: readonly string[]; readonly nonce?: string | undefined },
): Promise<TokenAnswer> {
  const asked = findAppOfClient(call.database, call.instance.id, clientId) ?? client;
  const audience = [...new Set([...audienceOfApp(call, asked, scopes), client.clientId])];
  const session = { userId, clientId, scopes, audience, sid, nonce, authTime, methods: ['pwd'] };
  return openSession(call, session, shapeOf(client), scopes.includes('offline_access'));
}

function shapeOf({ settings }: AppRecord): TokenShape {
  if (settings.case !== 'oidcConfig') return { isJwt: false, idTokenTellsAll: false };
  const { accessTokenType, idTokenUserinfoAssertion } = settings.value;
  return { isJwt: accessTokenType === OIDCTokenType.OIDC_TOKEN_TYPE_JWT, idTokenTellsAll: idTokenUserinfoAssertion };
}
