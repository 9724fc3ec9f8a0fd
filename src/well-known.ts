// What the tool and its sandbox know of each other without asking: neither may import the other.

/** How this program is known to authorization servers that registered it under this name; others are given `--client-id`. */
export const CLIENT_ID = 'flowkiwi-cli';

/** What the sign-in of a person asks for. */
export const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;

/** Puts ZITADEL's own project into the audience of a token: without it every call of its API is refused (contract section 4.1). */
export const ZITADEL_AUDIENCE_SCOPE = 'urn:zitadel:iam:org:project:id:zitadel:aud';

/** Where the sandbox listens, and is expected, when nothing else is said. */
export const SANDBOX_PORT = 8787;

/** The system user that every sandbox has at its ZITADEL (contract section 4.5). */
export const SANDBOX_SYSTEM_USER = 'sandbox';

/** The grants by which a machine can present a key: private_key_jwt with client credentials (RFC 7523 section 2.2), or JWT bearer (section 2.1). */
export const KEY_GRANTS = ['client_credentials', 'jwt-bearer'] as const;

export type KeyGrant = (typeof KEY_GRANTS)[number];

/**
 * The grants by which a job can present the token of its CI, in the order in which they are tried: as a client assertion with client credentials
 * (RFC 7523 section 2.2), JWT bearer (section 2.1), and token exchange (RFC 8693) of a JWT or of an id token.
 */
export const WORKLOAD_GRANTS = ['client_credentials', 'jwt-bearer', 'token-exchange', 'token-exchange-id-token'] as const;

export type WorkloadGrant = (typeof WORKLOAD_GRANTS)[number];

/** How a confidential client shows who it is (OpenID Connect Core 9): with its secret in the header or in the body, or by what it signs. */
export const CLIENT_AUTH_METHODS = ['basic', 'post', 'client_secret_jwt', 'private_key_jwt'] as const;

export type ClientAuthMethod = (typeof CLIENT_AUTH_METHODS)[number];

/** Those of them that use a secret. */
export type SecretMethod = Exclude<ClientAuthMethod, 'private_key_jwt'>;
