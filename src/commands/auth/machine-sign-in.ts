import type { Context } from '../../context/context.ts';
import { signInAsMachine } from '../../context/machine-sign-in.ts';
import type { Profile } from '../../context/profile.ts';
import { rememberGrant } from '../../context/remembered-grant.ts';
import type { Credential } from '../../identity/credential.ts';
import type { IncomingText } from '../../incoming-text.ts';
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
  const presented = await readMachineIdentity(context, options);
  let isSaid = false;
  // Each attempt reads it again.
  const onChange = async (change: IncomingText) => {
    if (!isSaid) await context.messages.change(change);
    isSaid = true;
  };
  const place = { http: await context.httpFor(profile), clock, signal };
  const patienceMs = context.budget.leftMs();
  const naming = 'with --issuer or in FLOWKIWI_ISSUER';
  const how = { ...place, profile, env, patienceMs, naming, onChange };
  const {
    server,
    machine,
    tokens: issued,
    isRetried,
    wrongClock,
  } = await context.activity.during('sign in', () => signInAsMachine(how, presented));
  if (wrongClock !== undefined) await context.messages.warning(`${wrongClock}: set it; the sign-in was accepted by the time of the server`);
  const isChosen = presented.machine.kind === 'workload_identity' && presented.machine.grant !== undefined;
  if (isRetried || isChosen) await rememberGrant(context.config, profile, machine);
  const granted = issued.scope?.split(' ') ?? scopes;
  const tokens = granted.includes('openid') ? await withUserInfo({ ...place, server, clientId }, issued) : issued;
  const { accessToken, expiresAt, lifeMs, scope } = tokens;
  const known = tokens.user ?? whoItIs(machine, clientId);
  const user = known?.name === undefined ? ((await context.askForCaller(profile, credentialOf(accessToken))) ?? known) : known;
  return {
    method: machine.kind,
    url: url.href,
    issuer: server.issuer,
    // The key of a service account is presented by no client.
    clientId: machine.kind === 'service_account_key' ? undefined : clientId,
    accessToken,
    refreshToken: undefined,
    expiresAt,
    lifeMs,
    scope,
    machine,
    user,
  };
}

/** The same for the key file of a service account, of which nothing else is said. */
export function signInByKeyFile(context: Context, profile: Profile, file: string): Promise<StoredCredential> {
  const method = { kind: 'service_account_key', file, keyId: undefined, audience: undefined, grant: undefined } as const;
  return signInMachine(context, { profile, clientId: undefined, method });
}

/** What the machine has just got, for one question. */
function credentialOf(accessToken: string): Credential {
  const [token, none] = [() => Promise.resolve(accessToken), () => Promise.resolve(undefined)];
  return { source: 'the new token', remedy: 'sign in again', accessToken: token, renew: none };
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
