import type { Context } from '../../context/context.ts';
import { awaitMachineTokens } from '../../context/machine-tokens.ts';
import { findSignInServer } from '../../context/sign-in-server.ts';
import { CliError } from '../../errors.ts';
import { machineError } from '../../oauth/machine-failure.ts';
import type { User } from '../../oauth/token-set.ts';
import { withUserInfo } from '../../oauth/user-info.ts';
import type { MachineIdentity, StoredCredential } from '../../storage/credential.ts';
import { type MachineIdentityOptions, readMachineIdentity } from './machine-identity.ts';

/**
 * Signs a machine in, and returns the credential, which is not stored yet. Throws as `readMachineIdentity` and discovery do, `auth` when the
 * server refuses, and `unavailable` when it does not answer.
 */
export async function signInMachine(context: Context, options: MachineIdentityOptions): Promise<StoredCredential> {
  const { env, clock, interruption: signal } = context.edges;
  const { profile } = options;
  const { url, clientId, machineScopes: scopes } = profile;
  const { machine, source, hint } = await readMachineIdentity(context, options);
  const http = await context.httpFor(profile);
  const server = await findSignInServer({ http, profile, signal });
  if (!server) {
    throw new CliError('auth', `${url.origin} names no sign-in server`, { hint: 'name it with --issuer or in FLOWKIWI_ISSUER' });
  }
  const client = { server, clientId, http, clock, signal };
  const outcome = await awaitMachineTokens(machine, { ...client, scopes, env, source }, context.budget.leftMs());
  if (outcome.kind === 'failed') throw machineError(outcome.failure, { what: outcome.presented, hint });
  const granted = outcome.tokens.scope?.split(' ') ?? scopes;
  const tokens = granted.includes('openid') ? await withUserInfo(client, outcome.tokens) : outcome.tokens;
  const { accessToken, expiresAt, scope, user = whoItIs(machine, clientId) } = tokens;
  return {
    method: machine.kind,
    url: url.href,
    issuer: server.issuer,
    // The key of a service account is presented by no client.
    clientId: machine.kind === 'service_account_key' ? undefined : clientId,
    accessToken,
    refreshToken: undefined,
    expiresAt,
    scope,
    machine,
    user,
  };
}

/** Who signs in, as far as that is known without the server. */
function whoItIs(machine: MachineIdentity, clientId: string): User | undefined {
  const named = (sub: string): User => ({ sub, email: undefined, name: undefined });
  switch (machine.kind) {
    case 'client_credentials':
      return named(clientId);
    case 'service_account_key':
      return named(machine.subject);
    case 'workload_identity':
      return undefined;
  }
}
