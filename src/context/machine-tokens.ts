import { KeyObject } from 'node:crypto';
import type { Environment } from '../edges.ts';
import { CliError } from '../errors.ts';
import { createAssertion } from '../oauth/assertion.ts';
import { ciToken } from '../oauth/ci-token.ts';
import { clientCredentialsGrant } from '../oauth/client-credentials.ts';
import { jwtBearerGrant } from '../oauth/jwt-bearer.ts';
import type { GrantOutcome, MachineClient } from '../oauth/machine-grant.ts';
import { readPrivateKey } from '../oauth/private-key.ts';
import type { ProtocolFailure } from '../oauth/protocol-failure.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { workloadIdentityGrant } from '../oauth/workload-identity.ts';
import type { MachineIdentity } from '../storage/credential.ts';

export interface MachineTokensOptions extends MachineClient {
  /** What the CI tells its jobs. */
  readonly env: Environment;
}

/** How it ended. `presented` is what the server refused, in words and without secrets. */
export type MachineOutcome =
  | { readonly kind: 'issued'; readonly tokens: TokenSet }
  | { readonly kind: 'failed'; readonly failure: ProtocolFailure; readonly presented: string };

/**
 * Tokens for a machine, from what it is. Stores nothing, holds no lock, never prompts. Throws `usage`, `auth` or `unavailable` when the CI
 * gives no token, `auth` for an answer that cannot be used, and the reason of an abort.
 */
export async function requestMachineTokens(machine: MachineIdentity, { env, ...client }: MachineTokensOptions): Promise<MachineOutcome> {
  const { server, clientId, clock } = client;
  switch (machine.kind) {
    case 'client_credentials':
      return described(await clientCredentialsGrant(client, machine.clientSecret), `the secret of the client ${clientId}`);
    case 'service_account_key': {
      const { subject, keyId, audience = server.issuer, privateKey } = machine;
      const assertion = createAssertion({ key: signingKey(privateKey), keyId, subject, audience, now: clock.now() });
      const key = `the key${keyId === undefined ? '' : ` ${keyId}`} of the service account ${subject} (aud ${audience})`;
      // The assertion says who asks (RFC 7521 section 4.1); ZITADEL refuses one beside a client that it does not know.
      return described(await jwtBearerGrant({ ...client, authentication: { kind: 'unnamed' } }, assertion), key);
    }
    case 'workload_identity': {
      const { file, audience = server.issuer } = machine;
      const { token, description } = await ciToken({ ...client, env, file, audience });
      return described(await workloadIdentityGrant(client, token), description);
    }
  }
}

function signingKey(pem: string): KeyObject {
  const key = readPrivateKey(pem);
  if (key instanceof KeyObject) return key;
  throw new CliError('auth', `the stored key ${key.problem}`, { hint: 'sign in again with the key file: flowkiwi login --key-file FILE' });
}

/** The outcome of a grant, with what was presented. */
function described(grant: GrantOutcome, presented: string): MachineOutcome {
  return grant.kind === 'issued' ? { kind: 'issued', tokens: grant.tokens } : { ...grant, presented };
}
