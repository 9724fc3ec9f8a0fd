import { SIGN_IN_SCOPES, ZITADEL_AUDIENCE_SCOPE } from '../../well-known.ts';

/** The command-line tool as a public native client (RFC 8252): no secret, loopback redirects on any port. */
export const CLIENT_NAME = 'flowkiwi CLI';
export const REDIRECT_URIS = ['http://127.0.0.1/callback', 'http://[::1]/callback'] as const;

/** Every scope that the sandbox knows. */
export const SCOPES = [...SIGN_IN_SCOPES, ZITADEL_AUDIENCE_SCOPE] as const;

/** The partner of Flowkiwi's own examples, offered on the sign-in page and used when everything is approved at once. */
export const DEMO_EMAIL = 'jane@acme.example';
