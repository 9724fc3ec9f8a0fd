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
