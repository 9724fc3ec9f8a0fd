import type { Credential } from '../identity/credential.ts';
import { describeToken } from './describe-credential.ts';
import { type EnvironmentIdentity, IDENTITY_VARIABLES } from './environment-identity.ts';
import { type TokensInMemoryOptions, tokensInMemory } from './tokens-in-memory.ts';

export interface MachineCredentialOptions extends TokensInMemoryOptions {
  readonly identity: EnvironmentIdentity;
  /** The sign-in server, when the profile names one. */
  readonly issuer: string | undefined;
}

/** The credential of an identity in the environment, whose token stays in memory. Throws as `signIn` does. Never prompts. */
export function machineCredential({ identity, clock, issuer, signIn }: MachineCredentialOptions): Credential {
  const { all, who } = IDENTITY_VARIABLES[identity.kind];
  const { current, accessToken, renew } = tokensInMemory({ clock, signIn });
  return {
    get source() {
      const token = current()?.accessToken;
      const words = token === undefined ? [] : describeToken(token, { now: clock.now(), issuer });
      return `the token of ${who}${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
    },
    remedy: `check that the API knows ${who}, or unset ${all} to use the stored credential`,
    accessToken,
    renew,
  };
}
