import { type GrantOutcome, type MachineClient, requestTokens } from './machine-grant.ts';

export const CLIENT_CREDENTIALS = 'client_credentials';

/** Tokens for the client itself (RFC 6749 section 4.4), which shows its secret as the server takes it. Throws as `requestTokens` does. */
export function clientCredentialsGrant(client: MachineClient, secret: string): Promise<GrantOutcome> {
  return requestTokens({ ...client, authentication: { kind: 'secret', secret } }, CLIENT_CREDENTIALS, {});
}
