import { randomBytes } from 'node:crypto';
import { OIDCResponseType } from '@zitadel/proto/zitadel/app_pb';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import type { Answer } from '../http/front-end.ts';
import { findAppOfClient } from '../store/app-store.ts';
import { nextId } from '../store/ids.ts';
import { organizationOfDomain } from '../store/organization-domain-store.ts';
import { findOrganization } from '../store/organization-store.ts';
import { plain, redirect, withParameters } from './answers.ts';
import type { SignInCall } from './call.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';
import { requiredScopes } from './parameters.ts';
import { isRedirectUri } from './redirect-uris.ts';
import { AUTH_REQUEST_MS, type AuthRequest, CODE_MS, signInStore } from './sign-in-store.ts';
import { claimsSignedByInstance } from './signing-keys.ts';

/** Where the browser goes to sign in. */
export const LOGIN_PATH = '/ui/login/login';

const CALLBACK_PATH = '/oauth/v2/authorize/callback';

const RESPONSE_TYPES: ReadonlyMap<string, OIDCResponseType> = new Map([
  ['code', OIDCResponseType.OIDC_RESPONSE_TYPE_CODE],
  ['id_token', OIDCResponseType.OIDC_RESPONSE_TYPE_ID_TOKEN],
  ['id_token token', OIDCResponseType.OIDC_RESPONSE_TYPE_ID_TOKEN_TOKEN],
]);

const ASK = 'If you have any questions, you may contact the administrator of the application.';

/** The authorization endpoint (RFC 6749 section 3.1): checks in ZITADEL's order, and sends the browser to the login. Throws `OAuthError`. */
export function authorize(call: SignInCall): Answer {
  const { parameters, verb } = call;
  const request = checkedRequest(call);
  const unknown = scopeOfUnknownOrganization(call, request.scopes);
  if (unknown !== undefined) {
    const error = { error: 'invalid_request', error_description: 'Errors.Org.NotFound', state: parameters.value('state') };
    return redirect(verb, withParameters(request.redirectUri, error));
  }
  putRequest(call, request);
  return redirect(verb, `${LOGIN_PATH}?authRequestID=${request.id}`);
}

function checkedRequest(call: SignInCall): AuthRequest {
  const { parameters, database, instance, now } = call;
  const value = (name: string) => parameters.value(name) || undefined;
  if (!/^\d*$/.test(value('max_age') ?? '')) throw invalidRequest('error decoding form');
  const [clientId, redirectUri, responseType] = [value('client_id'), value('redirect_uri'), value('response_type')];
  if (clientId === undefined) throw invalidRequest('auth request is missing client_id');
  if (redirectUri === undefined) throw new OAuthError(500, 'server_error', 'auth request is missing redirect_uri');
  const settings = findAppOfClient(database, instance.id, clientId)?.settings;
  if (settings?.case !== 'oidcConfig') throw invalidRequest('Errors.App.NotFound');
  if (value('request') !== undefined) {
    throw new OAuthError(500, 'server_error', 'parsing of request failed: malformed jwt payload: illegal base64 data at input byte 0');
  }
  const prompts = (value('prompt') ?? '').split(' ').filter((prompt) => prompt !== '');
  if (prompts.includes('none') && prompts.length > 1) {
    throw invalidRequest('The prompt parameter `none` must only be used as a single value');
  }
  const scopes = requiredScopes(parameters);
  if (!isRedirectUri(settings.value, redirectUri, call.version)) {
    throw invalidRequest(`The requested redirect_uri is missing in the client configuration. ${ASK}`);
  }
  if (responseType === undefined) throw invalidRequest(`The response type is missing in your request. ${ASK}`);
  const type = RESPONSE_TYPES.get(responseType);
  if (type === undefined || !settings.value.responseTypes.includes(type)) {
    throw new OAuthError(400, 'unauthorized_client', `The requested response type is missing in the client configuration. ${ASK}`);
  }
  const hint = value('id_token_hint');
  if (hint !== undefined && claimsSignedByInstance(database, instance.id, hint) === undefined) {
    throw new OAuthError(400, 'login_required', `The id_token_hint is invalid. ${ASK}`);
  }
  return {
    id: nextId(now),
    browser: call.browser,
    clientId,
    redirectUri,
    scopes,
    state: value('state'),
    nonce: value('nonce'),
    challenge: value('code_challenge'),
    challengeMethod: value('code_challenge_method'),
    responseMode: value('response_mode'),
    loginHint: value('login_hint'),
    prompts,
  };
}

/** A scope that asks people to belong to an organization that is not there; only the first such scope counts. */
function scopeOfUnknownOrganization({ database, instance }: SignInCall, scopes: readonly string[]): string | undefined {
  return scopes
    .flatMap((scope) => [...scope.matchAll(/^urn:zitadel:iam:org:(?:id:(?<id>.+)|domain:primary:(?<domain>.+))$/g)])
    .slice(0, 1)
    .filter(({ groups }) => {
      const { id = organizationOfDomain(database, instance.id, groups?.['domain'] ?? '') } = { ...groups };
      return id === undefined || findOrganization(database, instance.id, id) === undefined;
    })
    .map(([scope]) => scope)[0];
}

/** Back from the login: sends the browser to the client with a code, or with the error that nobody has signed in. */
export function authorizeCallback(call: SignInCall): Answer {
  const { database, parameters, verb, now } = call;
  const id = parameters.value('id');
  if (!id) return plain(400, 'auth request callback is missing id');
  const { authRequests, codes } = signInStore(database);
  const request = authRequests.find(id);
  if (request === undefined) {
    return plain(400, 'ID=CACHE-d24aD Message=Errors.AuthRequest.NotFound Parent=(sql: no rows in result set)');
  }
  if (request.browser !== call.browser) return plain(400, 'ID=EVENT-adk13 Message=Errors.AuthRequest.UserAgentNotCorresponding');
  if (request.session === undefined) return redirect(verb, answerTo(request, NOT_SIGNED_IN));
  const code = randomBytes(CODE_BYTES).toString('base64url');
  codes.put({ id: hashOf(code), requestId: id }, { owner: id, expiresAt: now + CODE_MS });
  putRequest(call, { ...request, codeHash: hashOf(code) });
  return redirect(verb, answerTo(request, { code }));
}

const NOT_SIGNED_IN = {
  error: 'interaction_required',
  error_description: 'Unfortunately, the user may be not logged in and/or additional interaction is required.',
};

/** As long as those of ZITADEL. */
const CODE_BYTES = 34;

function answerTo({ redirectUri, state, responseMode }: AuthRequest, parameters: Readonly<Record<string, string>>): string {
  const answer = withParameters(redirectUri, { ...parameters, state });
  return responseMode === 'fragment' ? answer.replace('?', '#') : answer;
}

/** Where the browser goes when somebody has signed in for the request, or cannot. */
export function callbackLocation({ issuer }: SignInCall, { id }: AuthRequest): string {
  return `${issuer}${CALLBACK_PATH}?id=${id}`;
}

/** Keeps the request of a client for as long as somebody may sign in for it. */
export function putRequest({ database, now }: SignInCall, request: AuthRequest): void {
  signInStore(database).authRequests.put(request, { owner: request.browser, expiresAt: now + AUTH_REQUEST_MS });
}
