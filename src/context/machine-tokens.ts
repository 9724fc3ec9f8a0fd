import { KeyObject } from 'node:crypto';
import type { Environment } from '../environment.ts';
import { CliError, isCliError, withMessage } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { type CiTokenOptions, ciToken } from '../oauth/ci-token.ts';
import { unlisted } from '../oauth/machine-failure.ts';
import {
  CLIENT_CREDENTIALS,
  clientCredentialsGrant,
  type GrantOutcome,
  JWT_BEARER,
  jwtBearerGrant,
  type MachineClient,
  TOKEN_EXCHANGE,
  workloadIdentityGrant,
} from '../oauth/machine-grant.ts';
import { readPrivateKey } from '../oauth/private-key.ts';
import { isPassing, type ProtocolFailure } from '../oauth/protocol-failure.ts';
import { createAssertion } from '../oauth/signed-jwt.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { MachineIdentity } from '../storage/credential.ts';

export interface MachineTokensOptions extends MachineClient {
  /** What the CI tells its jobs. */
  readonly env: Environment;
  /** Where secret or key are from, as it goes on after what they are: ` from key.json`. */
  readonly source?: string;
  /** Told what was taken off the token of the CI. */
  readonly onChange?: CiTokenOptions['onChange'];
}

/** How it ended. `presented` is what was presented, and where it is from, in words and without secrets; `unlisted` is as that function says it. */
export type MachineOutcome =
  | { readonly kind: 'issued'; readonly tokens: TokenSet }
  | { readonly kind: 'failed'; readonly failure: ProtocolFailure; readonly presented: string; readonly unlisted: string | undefined };

/**
 * Tokens for a machine, from what it is. Stores nothing, holds no lock, never prompts. Throws `usage`, `auth` or `unavailable` when the CI
 * gives no token, `auth` for an answer that cannot be used, and the reason of an abort.
 */
export async function requestMachineTokens(
  machine: MachineIdentity,
  { env, source = '', onChange, ...client }: MachineTokensOptions,
): Promise<MachineOutcome> {
  const { server, clientId, clock } = client;
  switch (machine.kind) {
    case 'client_credentials': {
      const what = `the secret of the client ${clientId}${source}`;
      const usage = { grants: [CLIENT_CREDENTIALS], methods: ['client_secret_basic', 'client_secret_post'] };
      return described(clientCredentialsGrant(client, machine.clientSecret), what, unlisted(server, usage));
    }
    case 'service_account_key': {
      const { subject, keyId, audience = server.issuer, privateKey } = machine;
      const what = `the key${keyId === undefined ? '' : ` ${keyId}`} of the service account ${subject} (aud ${audience})${source}`;
      const assertion = createAssertion({ key: signingKey(privateKey), keyId, subject, audience, now: clock.now() });
      // The assertion says who asks (RFC 7521 section 4.1); ZITADEL refuses one beside a client that it does not know.
      const grant = jwtBearerGrant({ ...client, authentication: { kind: 'unnamed' } }, assertion);
      return described(grant, what, unlisted(server, { grants: [JWT_BEARER] }));
    }
    case 'workload_identity': {
      const { file, audience = server.issuer } = machine;
      const { token, description } = await ciToken({ ...client, env, file, audience, onChange });
      return described(workloadIdentityGrant(client, token), description, unlisted(server, { grants: [TOKEN_EXCHANGE, JWT_BEARER] }));
    }
  }
}

/** Waits between attempts. */
const PAUSES_MS = [500, 1_500, 3_000];

/**
 * The same for a sign-in: asks again, with an assertion of its own each time, while the server says that it cannot answer at the moment. Gives
 * up after five seconds, or after the time that is given.
 */
export async function awaitMachineTokens(
  machine: MachineIdentity,
  options: MachineTokensOptions,
  patienceMs = Number.POSITIVE_INFINITY,
): Promise<MachineOutcome> {
  const { clock, signal } = options;
  const until = clock.now() + patienceMs;
  for (const pause of PAUSES_MS) {
    const outcome = await requestMachineTokens(machine, options);
    const mayPass = outcome.kind === 'failed' && 'status' in outcome.failure && isPassing(outcome.failure);
    if (!mayPass || clock.now() + pause > until) return outcome;
    await clock.sleep(pause, signal);
  }
  return requestMachineTokens(machine, options);
}

function signingKey(pem: string): KeyObject {
  const key = readPrivateKey(pem);
  if (key instanceof KeyObject) return key;
  throw new CliError('auth', `the stored key ${key.problem}`, {
    hint: helpWith('sign in again with the key file', 'login', '--key-file', 'FILE'),
  });
}

/** The outcome of a grant, with what was presented. */
async function described(grant: Promise<GrantOutcome>, presented: string, missing: string | undefined): Promise<MachineOutcome> {
  try {
    const outcome = await grant;
    return outcome.kind === 'issued' ? { kind: 'issued', tokens: outcome.tokens } : { ...outcome, presented, unlisted: missing };
  } catch (error) {
    if (!isCliError(error) || error.code !== 'auth') throw error;
    throw withMessage(error, `${error.message}; it was shown ${presented}`);
  }
}
