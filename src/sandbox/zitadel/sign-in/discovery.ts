import type { SignInCall } from './call.ts';

const LANGUAGES = ['bg', 'cs', 'de', 'en', 'es', 'fr', 'hu', 'id', 'it', 'ja', 'ko', 'mk', 'nl', 'pl', 'pt', 'ru', 'sv', 'zh'];
const NEWER_LANGUAGES = ['ro', 'tr'];
const ALGORITHMS = ['EdDSA', 'RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

const STANDARD_CLAIMS = ['sub', 'aud', 'exp', 'iat', 'iss', 'auth_time', 'nonce', 'acr', 'amr', 'c_hash', 'at_hash', 'act', 'scopes'];
const PERSON_CLAIMS = ['preferred_username', 'name', 'family_name', 'given_name', 'locale', 'email', 'email_verified'];

/** OpenID Connect Discovery 1.0 section 3, with everything that ZITADEL promises: it names more than the sandbox does. */
export function discoveryDocument({ issuer, version }: Pick<SignInCall, 'issuer' | 'version'>) {
  const isOld = version === '2.70';
  const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/v2/authorize`,
    token_endpoint: `${issuer}/oauth/v2/token`,
    introspection_endpoint: `${issuer}/oauth/v2/introspect`,
    userinfo_endpoint: `${issuer}/oidc/v1/userinfo`,
    revocation_endpoint: `${issuer}/oauth/v2/revoke`,
    end_session_endpoint: `${issuer}/oidc/v1/end_session`,
    device_authorization_endpoint: `${issuer}/oauth/v2/device_authorization`,
    jwks_uri: `${issuer}/oauth/v2/keys`,
    scopes_supported: ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
    response_types_supported: ['code', 'id_token', 'id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: [
      ...['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
      ...['urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:grant-type:device_code'],
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: isOld ? ['RS256'] : ALGORITHMS,
    request_object_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    revocation_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: ['RS256'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
    introspection_endpoint_auth_signing_alg_values_supported: ['RS256'],
    claims_supported: [...STANDARD_CLAIMS, 'client_id', 'azp', ...PERSON_CLAIMS, 'phone_number', 'phone_number_verified'],
    code_challenge_methods_supported: ['S256'],
    ui_locales_supported: isOld ? LANGUAGES : [...LANGUAGES, ...NEWER_LANGUAGES].sort(),
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
  };
}
