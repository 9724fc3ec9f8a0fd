import { type GrantOutcome, type MachineClient, requestTokens } from './machine-grant.ts';

/** Tokens for whom a signed JWT is about (RFC 7523 section 2.1). Throws as `requestTokens` does. */
export function jwtBearerGrant(client: MachineClient, assertion: string): Promise<GrantOutcome> {
  return requestTokens(client, 'urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion });
}
