/** Names of the grants that need no person. */
export const CLIENT_CREDENTIALS = 'client_credentials';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The grants whose token says who asks, so that a client need not be named (RFC 7523 section 3.1, RFC 8693 section 2.1). */
export const GRANTS_WITHOUT_CLIENT: readonly string[] = [JWT_BEARER, TOKEN_EXCHANGE];
