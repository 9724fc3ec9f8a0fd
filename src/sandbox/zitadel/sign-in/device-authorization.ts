import { randomBytes, randomInt } from 'node:crypto';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import type { Answer } from '../http/front-end.ts';
import { json, redirect } from './answers.ts';
import { signInWithoutPage } from './browser-session.ts';
import type { SignInCall } from './call.ts';
import { authenticateClient } from './clients.ts';
import { scopesIn } from './parameters.ts';
import { putDevice } from './person-grants.ts';
import { DEVICE_CODE_MS } from './sign-in-store.ts';

const USER_CODE_CHARACTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LENGTH = 8;
const DEVICE_CODE_BYTES = 16;
const INTERVAL_S = 5;

/** The page for people with a device; it only leads to the one of the login. */
export const DEVICE_LOGIN_PATH = '/ui/login/device';

/** The device authorization endpoint (RFC 8628 section 3.1), open to every OIDC app (contract section 10.20). Throws `OAuthError`. */
export function deviceAuthorization(call: SignInCall): Answer {
  const { now, issuer, parameters } = call;
  const { clientId } = authenticateClient(call);
  const deviceCode = randomBytes(DEVICE_CODE_BYTES).toString('base64url');
  const letters = Array.from({ length: USER_CODE_LENGTH }, () => USER_CODE_CHARACTERS[randomInt(USER_CODE_CHARACTERS.length)]).join('');
  const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  const scopes = scopesIn(parameters.value('scope') ?? '');
  const session = call.autoApprove ? signInWithoutPage(call, undefined) : undefined;
  const state = session === undefined ? ('pending' as const) : ('approved' as const);
  putDevice(call, { id: hashOf(deviceCode), userCode, clientId, scopes, expiresAt: now + DEVICE_CODE_MS, state, session });
  const uri = `${issuer}/device`;
  return json(200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: uri,
    verification_uri_complete: `${uri}?user_code=${userCode}`,
    expires_in: DEVICE_CODE_MS / 1000,
    interval: INTERVAL_S,
  });
}

/** What `verification_uri` answers: where the page is. */
export function devicePage({ verb, parameters }: SignInCall): Answer {
  const code = parameters.value('user_code');
  return redirect(verb, code === undefined ? DEVICE_LOGIN_PATH : `${DEVICE_LOGIN_PATH}?user_code=${encodeURIComponent(code)}`);
}
