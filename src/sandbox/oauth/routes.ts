/** Paths of the authorization server beneath the issuer. */
export const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  userinfo: '/oauth/userinfo',
  introspection: '/oauth/introspect',
  registration: '/oauth/register',
  jwks: '/oauth/jwks',
  device_authorization: '/oauth/device_authorization',
  code_verification: '/oauth/device',
  end_session: '/oauth/sign-out',
} as const;

/** The pages where a person signs in and consents: this and the interaction's id. */
export const INTERACTION_PREFIX = '/oauth/interaction/';
