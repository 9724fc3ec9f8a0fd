import { fromJsonString, toJsonString } from '@bufbuild/protobuf';
import {
  APIAuthMethodType,
  type APIConfig,
  APIConfigSchema,
  OIDCAuthMethodType,
  type OIDCConfig,
  OIDCConfigSchema,
  OIDCGrantType,
} from '@zitadel/proto/zitadel/app_pb';

/** The settings of an app, as ZITADEL's API shows them. */
export type AppSettings =
  | { readonly case: 'oidcConfig'; readonly value: OIDCConfig }
  | { readonly case: 'apiConfig'; readonly value: APIConfig };

/** How an app proves who it is at the endpoints of OAuth. */
export type AppAuthentication = 'none' | 'basic' | 'post' | 'key';

const OIDC_AUTHENTICATION: Readonly<Record<OIDCAuthMethodType, AppAuthentication>> = {
  [OIDCAuthMethodType.OIDC_AUTH_METHOD_TYPE_BASIC]: 'basic',
  [OIDCAuthMethodType.OIDC_AUTH_METHOD_TYPE_POST]: 'post',
  [OIDCAuthMethodType.OIDC_AUTH_METHOD_TYPE_NONE]: 'none',
  [OIDCAuthMethodType.OIDC_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT]: 'key',
};

/** How the app of these settings proves who it is. */
export function authenticationOf(settings: AppSettings): AppAuthentication {
  if (settings.case === 'oidcConfig') return OIDC_AUTHENTICATION[settings.value.authMethodType];
  return settings.value.authMethodType === APIAuthMethodType.API_AUTH_METHOD_TYPE_PRIVATE_KEY_JWT ? 'key' : 'basic';
}

const NOT_COMPLIANT = {
  key: 'Application.OIDC.V1.NotCompliant',
  localizedMessage: 'Your configuration is not compliant and differs from OIDC 1.0 standard.',
};

/** What the server warns of in the settings of a client: that it can redirect nowhere. */
export function complianceProblems({ redirectUris, grantTypes }: OIDCConfig) {
  if (redirectUris.length > 0 || !grantTypes.includes(OIDCGrantType.OIDC_GRANT_TYPE_AUTHORIZATION_CODE)) return [];
  const missing = { key: 'Application.OIDC.V1.NoRedirectUris', localizedMessage: 'At least one redirect uri must be registered.' };
  return [NOT_COMPLIANT, NOT_COMPLIANT, missing];
}

/** Settings as text, for the database. */
export function writeSettings(settings: AppSettings): string {
  return settings.case === 'oidcConfig' ? toJsonString(OIDCConfigSchema, settings.value) : toJsonString(APIConfigSchema, settings.value);
}

/** What `writeSettings` wrote for settings of that kind. */
export function readSettings(kind: unknown, text: string): AppSettings {
  return kind === 'oidcConfig'
    ? { case: 'oidcConfig', value: fromJsonString(OIDCConfigSchema, text) }
    : { case: 'apiConfig', value: fromJsonString(APIConfigSchema, text) };
}
