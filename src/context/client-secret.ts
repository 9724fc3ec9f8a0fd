import type { Environment } from '../environment.ts';
import type { ClientSecret } from '../storage/credential.ts';
import type { KeyGrant, SecretMethod } from '../well-known.ts';
import type { Profile } from './profile.ts';

/** The secret of a client, in place of which the environment may have another one for the same client. Pure. */
export function newestSecret<Secret extends ClientSecret>(stored: Secret, clientId: string | undefined, env: Environment): Secret {
  const { FLOWKIWI_CLIENT_SECRET: clientSecret, FLOWKIWI_CLIENT_ID: of = clientId } = env;
  return clientSecret && (of === clientId || of === '') ? { ...stored, clientSecret } : stored;
}

/** The grant by which a key is presented, where the profile says it; undefined otherwise. Pure. */
export function keyGrant({ clientAuth }: Pick<Profile, 'clientAuth'>): KeyGrant | undefined {
  return clientAuth === 'private_key_jwt' ? 'client_credentials' : undefined;
}

/** How the client of a profile shows its secret; undefined: as the sign-in server lists it. Pure. */
export function secretMethod({ clientAuth }: Pick<Profile, 'clientAuth'>): SecretMethod | undefined {
  return clientAuth === 'private_key_jwt' ? undefined : clientAuth;
}
