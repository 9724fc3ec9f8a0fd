import { type GrantOutcome, type MachineClient, requestTokens } from './machine-grant.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Tokens for whom a signed JWT is about (RFC 7523 section 2.1). Throws as `requestTokens` does. */
export function jwtBearerGrant(client: MachineClient, assertion: string): Promise<GrantOutcome> {
  return requestTokens(client, JWT_BEARER, { assertion });
}
