import { OIDCGrantType } from '@zitadel/proto/zitadel/app_pb';
import { CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE } from '../../oauth/machines/grant-types.ts';
import type { Answer } from '../http/front-end.ts';
import type { AppRecord } from '../store/app-store.ts';
import { json } from './answers.ts';
import type { SignInCall } from './call.ts';
import type { TokenAnswer } from './client-sessions.ts';
import { authenticateClient } from './clients.ts';
import { clientCredentials, jwtBearer } from './machine-grants.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';
import { authorizationCode, deviceCode, refreshToken } from './person-grants.ts';

/** What an app of a project gets by its grant. */
interface AppGrant {
  readonly type: OIDCGrantType;
  readonly run: (call: SignInCall, client: AppRecord) => Promise<TokenAnswer>;
}

const APP_GRANTS: ReadonlyMap<string, AppGrant> = new Map([
  ['authorization_code', { type: OIDCGrantType.OIDC_GRANT_TYPE_AUTHORIZATION_CODE, run: authorizationCode }],
  ['refresh_token', { type: OIDCGrantType.OIDC_GRANT_TYPE_REFRESH_TOKEN, run: refreshToken }],
  ['urn:ietf:params:oauth:grant-type:device_code', { type: OIDCGrantType.OIDC_GRANT_TYPE_DEVICE_CODE, run: deviceCode }],
  // No app here may have it.
  [TOKEN_EXCHANGE, { type: OIDCGrantType.OIDC_GRANT_TYPE_TOKEN_EXCHANGE, run: notSupported }],
]);

/** Grants that look up no app (contract section 10.2). */
const MACHINE_GRANTS: ReadonlyMap<string, (call: SignInCall) => Promise<TokenAnswer>> = new Map([
  [CLIENT_CREDENTIALS, clientCredentials],
  [JWT_BEARER, jwtBearer],
]);

/** The token endpoint, which takes every method (contract section 10.29). Throws `OAuthError`. */
export async function token(call: SignInCall): Promise<Answer> {
  const grantType = call.parameters.first('grant_type');
  if (!grantType) throw invalidRequest('grant_type missing');
  const machineGrant = MACHINE_GRANTS.get(grantType);
  if (machineGrant !== undefined) return json(200, await machineGrant(call));
  const grant = APP_GRANTS.get(grantType) ?? (await notSupported(call));
  const client = authenticateClient(call);
  if (!mayUse(client, grant.type)) throw new OAuthError(400, 'unauthorized_client', `grant_type "${grantType}" not allowed`);
  return json(200, await grant.run(call, client));
}

function mayUse({ settings }: AppRecord, type: OIDCGrantType): boolean {
  return settings.case === 'oidcConfig' && settings.value.grantTypes.includes(type);
}

async function notSupported({ parameters }: SignInCall): Promise<never> {
  throw new OAuthError(400, 'unsupported_grant_type', `${parameters.first('grant_type')} not supported`);
}
