import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { CliError, EXIT_STATUS, isCliError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { type ServerClock, withServerClock } from '../http/server-clock.ts';
import { discoverAuthorizationServer } from '../oauth/discovery.ts';
import { machineError } from '../oauth/machine-failure.ts';
import { type RefreshOutcome, refreshTokenSet } from '../oauth/refresh.ts';
import type { DiscoveredServer } from '../oauth/server-metadata.ts';
import { timeToSign } from '../oauth/server-time.ts';
import type { MachineIdentity, StoredCredential } from '../storage/credential.ts';
import { storedAuthentication } from './client-authentication.ts';
import { newestSecret } from './client-secret.ts';
import type { Profile } from './profile.ts';

export interface RenewalOptions {
  readonly http: HttpClient;
  readonly env: Environment;
  readonly clock: Clock;
  readonly profile: Profile;
}

/**
 * New tokens in place of those of a stored credential, from the server that issued them: for its refresh token, or as the machine that it
 * is of. Holds no lock and stores nothing: the caller does both. Is not interrupted: a rotated token that is lost ends the session. Throws
 * only what is a bug.
 */
export async function renewTokens(options: RenewalOptions, credential: StoredCredential): Promise<RefreshOutcome> {
  const { env, clock, profile } = options;
  const [http, serverClock] = withServerClock(options.http, clock);
  const { issuer, clientId = profile.clientId, refreshToken, machine, user } = credential;
  try {
    const server = await discoverAuthorizationServer({ http, apiUrl: profile.url, issuer });
    if (!server) return { kind: 'unavailable', cause: new CliError('auth', `${profile.url.origin} names no sign-in server any more`) };
    if (machine !== undefined) return await renewMachine({ ...options, http }, { machine, server, clientId, serverClock });
    if (refreshToken === undefined) return { kind: 'refused', description: 'there is no refresh token' };
    const authentication = storedAuthentication({ ...credential, clientId }, { env, time: () => timeToSign(clock, serverClock) });
    return await refreshTokenSet({ server, clientId, authentication, http, clock, refreshToken, subject: user?.sub });
  } catch (error) {
    if (!isCliError(error)) throw error;
    return { kind: 'unavailable', cause: isWithoutInstance(error) ? new CliError('unavailable', error.message) : error };
  }
}

/** What ZITADEL says, with 404, also while it cannot read which instances it has. */
function isWithoutInstance({ detail }: CliError): boolean {
  return /unable to set instance/i.test(detail ?? '');
}

interface StoredMachine {
  readonly machine: MachineIdentity;
  readonly server: DiscoveredServer;
  readonly clientId: string;
  readonly serverClock: ServerClock;
}

/** What a machine was refused is not dead: the same key may be good again tomorrow, so nothing that is stored is deleted. */
async function renewMachine({ http, env, clock, profile }: RenewalOptions, { machine, ...client }: StoredMachine): Promise<RefreshOutcome> {
  const { requestMachineTokens } = await import('./machine-tokens.ts');
  try {
    const newest = machine.kind === 'client_credentials' ? newestSecret(machine, client.clientId, env) : machine;
    const outcome = await requestMachineTokens(newest, { ...client, http, env, clock, scopes: profile.machineScopes });
    if (outcome.kind === 'issued') return { kind: 'refreshed', tokens: outcome.tokens };
    const { failure, presented: what, remarks } = outcome;
    throw machineError(failure, { what, hint: 'run the command again', remarks });
  } catch (error) {
    if (!isCliError(error) || error.exitStatus === EXIT_STATUS.unavailable) throw error;
    return { kind: 'refused', description: error.message };
  }
}
