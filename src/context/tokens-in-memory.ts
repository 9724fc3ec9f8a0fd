import type { Clock } from '../edges.ts';
import { EXIT_STATUS, isCliError } from '../errors.ts';
import type { Credential } from '../identity/credential.ts';
import type { TokenSet } from '../oauth/token-set.ts';

/** What a machine signs in for, kept by this process alone. */
export interface TokensInMemory extends Pick<Credential, 'accessToken' | 'renew'> {
  /** The latest; undefined before the first sign-in. */
  readonly current: () => TokenSet | undefined;
}

export interface TokensInMemoryOptions {
  readonly clock: Clock;
  /** Signs in once more. */
  readonly signIn: () => Promise<TokenSet>;
}

/** The longest that a token is to last still when it is used, so that it lasts for the request; of a short life, a quarter. */
const MARGIN_MS = 60_000;

/**
 * Signs in when a token is first needed and when it is about to end. A token that is refused is replaced once; the next one that is refused is
 * not. Writes nothing. Throws as `signIn` does. Never prompts.
 */
export function tokensInMemory({ clock, signIn }: TokensInMemoryOptions): TokensInMemory {
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

  /** Callers that come during a sign-in get its token. */
  function shared(): Promise<string> {
    underWay ??= next().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    current: () => current,
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
