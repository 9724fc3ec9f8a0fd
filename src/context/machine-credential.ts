import type { Clock } from '../edges.ts';
import { EXIT_STATUS, isCliError } from '../errors.ts';
import type { Credential } from '../identity/credential.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { describeToken } from './describe-credential.ts';
import { type EnvironmentIdentity, IDENTITY_VARIABLES } from './environment-identity.ts';

export interface MachineCredentialOptions {
  readonly identity: EnvironmentIdentity;
  readonly clock: Clock;
  /** The sign-in server, when the profile names one. */
  readonly issuer: string | undefined;
  /** Signs in once more. */
  readonly signIn: () => Promise<TokenSet>;
}

/** The longest that a token is to last still when it is used, so that it lasts for the request; of a short life, a quarter. */
const MARGIN_MS = 60_000;

/**
 * The credential of an identity in the environment: signs in when it is first needed and when its token is about to end, and keeps the token in
 * memory alone. A token that is refused is replaced once; the next one that is refused is not. Throws as `signIn` does. Never prompts.
 */
export function machineCredential({ identity, clock, issuer, signIn }: MachineCredentialOptions): Credential {
  const { all, who } = IDENTITY_VARIABLES[identity.kind];
  let current: (TokenSet & { readonly freshUntil: number }) | undefined;
  let underWay: Promise<string> | undefined;
  let replacement: string | undefined;

  async function next(): Promise<string> {
    const requestedAt = clock.now();
    const tokens = await signIn();
    const { expiresAt = Number.POSITIVE_INFINITY } = tokens;
    current = { ...tokens, freshUntil: expiresAt - Math.min(MARGIN_MS, (expiresAt - requestedAt) / 4) };
    return tokens.accessToken;
  }

  /** Whoever comes while somebody signs in gets the same token. */
  function shared(): Promise<string> {
    underWay ??= next().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    get source() {
      const words = current ? describeToken(current.accessToken, { now: clock.now(), issuer }) : [];
      return `the token of ${who}${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
    },
    remedy: `check that the API knows ${who}, or unset ${all} to use the stored credential`,
    accessToken: async () => {
      if (current && clock.now() < current.freshUntil) return current.accessToken;
      try {
        return await shared();
      } catch (error) {
        const { accessToken, expiresAt = Number.POSITIVE_INFINITY } = current ?? { accessToken: undefined, expiresAt: 0 };
        const mayPass = isCliError(error) && error.exitStatus === EXIT_STATUS.unavailable;
        if (accessToken === undefined || !mayPass || expiresAt <= clock.now()) throw error;
        return accessToken;
      }
    },
    renew: async (refused) => {
      if (current && current.accessToken !== refused) return current.accessToken;
      if (refused === replacement) return undefined;
      replacement = await shared();
      return replacement;
    },
  };
}
