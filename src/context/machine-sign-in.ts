import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { withServerClock } from '../http/server-clock.ts';
import { machineError } from '../oauth/machine-failure.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { MachineIdentity } from '../storage/credential.ts';
import { awaitMachineTokens, type MachineTokensOptions } from './machine-tokens.ts';
import { assertNamedIssuer } from './named-issuer.ts';
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
  /** The machine, with the grant by which it got them. */
  readonly machine: MachineIdentity;
  /** Whether another grant was refused before. */
  readonly isRetried: boolean;
  /** As in `MachineOutcome`. */
  readonly wrongClock: string | undefined;
}

/** Signs a machine in. Stores nothing. Throws as discovery does, `auth` when the server refuses, and `unavailable` when it does not answer. */
export async function signInAsMachine(
  { http: plain, profile, env, clock, signal, patienceMs, naming, onChange }: MachineSignInOptions,
  { machine, source, hint }: PresentedIdentity,
): Promise<MachineSignIn> {
  const { url, clientId, machineScopes: scopes } = profile;
  const [http, serverClock] = withServerClock(plain, clock);
  const server = await findSignInServer({ http, profile, signal });
  if (!server) throw new CliError('auth', `${url.origin} names no sign-in server`, { hint: `name it ${naming}` });
  const sent = SENT[machine.kind];
  if (sent !== undefined) assertNamedIssuer(sent, server, { profile, naming });
  const client = { server, clientId, http, clock, signal, scopes };
  const outcome = await awaitMachineTokens(machine, { ...client, env, source, onChange, serverClock, known: profile }, patienceMs);
  if (outcome.kind === 'failed') {
    const { failure, presented: what, remarks } = outcome;
    throw machineError(failure, { what, hint, remarks });
  }
  const { tokens, machine: signedIn, isRetried, wrongClock } = outcome;
  return { server, tokens, machine: signedIn, isRetried, wrongClock };
}

/** What of a machine leaves this machine; a key does not, and what it signs is for that one server alone. */
const SENT: Readonly<Partial<Record<MachineIdentity['kind'], string>>> = {
  client_credentials: 'a client secret',
  workload_identity: 'the token of a CI',
};
