import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { machineError } from '../oauth/machine-failure.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { awaitMachineTokens, type MachineTokensOptions } from './machine-tokens.ts';
import type { PresentedIdentity } from './presented-identity.ts';
import type { Profile } from './profile.ts';
import { findSignInServer } from './sign-in-server.ts';

export interface MachineSignInOptions {
  /** The transport of the profile: `Context.httpFor`. */
  readonly http: HttpClient;
  readonly profile: Profile;
  readonly env: Environment;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Longest wait for a server that cannot answer at the moment, in milliseconds; undefined: the usual one. */
  readonly patienceMs: number | undefined;
  /** How the sign-in server can be named where the API does not. */
  readonly naming: string;
  /** As in `MachineTokensOptions`. */
  readonly onChange?: MachineTokensOptions['onChange'];
}

/** The tokens of a machine, and the server that issued them. */
export interface MachineSignIn {
  readonly server: DiscoveredServer;
  readonly tokens: TokenSet;
}

/** Signs a machine in. Stores nothing. Throws as discovery does, `auth` when the server refuses, and `unavailable` when it does not answer. */
export async function signInAsMachine(
  { http, profile, env, clock, signal, patienceMs, naming, onChange }: MachineSignInOptions,
  { machine, source, hint }: PresentedIdentity,
): Promise<MachineSignIn> {
  const { url, clientId, machineScopes: scopes } = profile;
  const server = await findSignInServer({ http, profile, signal });
  if (!server) throw new CliError('auth', `${url.origin} names no sign-in server`, { hint: `name it ${naming}` });
  const client = { server, clientId, http, clock, signal };
  const outcome = await awaitMachineTokens(machine, { ...client, scopes, env, source, onChange }, patienceMs);
  if (outcome.kind === 'failed') {
    const { failure, presented: what, unlisted } = outcome;
    throw machineError(failure, { what, hint, unlisted });
  }
  return { server, tokens: outcome.tokens };
}
