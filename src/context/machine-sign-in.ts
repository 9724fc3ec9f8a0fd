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
  assertNamed(machine, server, { profile, naming });
  const client = { server, clientId, http, clock, signal, scopes };
  const outcome = await awaitMachineTokens(machine, { ...client, env, source, onChange, serverClock, known: profile }, patienceMs);
  if (outcome.kind === 'failed') {
    const { failure, presented: what, remarks } = outcome;
    throw machineError(failure, { what, hint, remarks });
  }
  const { tokens, machine: signedIn, isRetried, wrongClock } = outcome;
  return { server, tokens, machine: signedIn, isRetried, wrongClock };
}

/**
 * Throws `usage` for a server that nobody but the API has named, unless it is the API's own origin: an API that was taken over could have a
 * secret, or the token of a CI, sent anywhere. A key signs for that one server alone, and leaves this machine in no case.
 */
function assertNamed(
  { kind }: MachineIdentity,
  { issuer }: DiscoveredServer,
  { profile: { url, issuer: named }, naming }: Pick<MachineSignInOptions, 'profile' | 'naming'>,
): void {
  if (named !== undefined || kind === 'service_account_key' || new URL(issuer).origin === url.origin) return;
  const what = kind === 'client_credentials' ? 'a client secret' : 'the token of a CI';
  throw new CliError('usage', `${what} is sent only to a sign-in server that you have named; ${url.origin} names ${issuer}`, {
    hint: `if that is right, name it ${naming}`,
  });
}
