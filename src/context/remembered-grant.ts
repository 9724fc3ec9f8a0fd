import { type ConfigFile, withProfile } from '../storage/config.ts';
import type { MachineIdentity } from '../storage/credential.ts';
import type { Profile } from './profile.ts';

/**
 * Stores with the profile by which grant a machine was signed in, for the next one to try it first: a grant that the server refuses is a failure
 * in its log, and may count against the client. Nothing when the profile says it already. Throws as `VersionedFile.update` does.
 */
export async function rememberGrant(config: ConfigFile, profile: Profile, machine: MachineIdentity): Promise<void> {
  if (machine.kind === 'client_credentials' || machine.grant === undefined) return;
  const setting = machine.kind === 'workload_identity' ? 'oidcGrant' : 'keyGrant';
  if (profile[setting] === machine.grant) return;
  const known = { [setting]: machine.grant };
  await config.update((stored) => withProfile(stored, profile.name, (settings) => ({ ...settings, ...known })));
}
