// The package's index prints a warning about the runtime when it is loaded; the modules behind it print nothing.
declare module 'oidc-provider/lib/provider.js' {
  export { default as Provider } from 'oidc-provider';
}

declare module 'oidc-provider/lib/helpers/errors.js' {
  import { errors } from 'oidc-provider';
  export const CustomOIDCProviderError: typeof errors.CustomOIDCProviderError;
  export const InvalidGrant: typeof errors.InvalidGrant;
  export const SessionNotFound: typeof errors.SessionNotFound;
}
