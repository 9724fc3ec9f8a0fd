import type { Environment } from '../edges.ts';
import { CliError } from '../errors.ts';
import type { Credential } from '../identity/credential.ts';
import { isTokenText } from '../identity/token-text.ts';

/** The access token from `FLOWKIWI_TOKEN`; undefined when the variable is not set. Throws `auth` when it cannot be a token. */
export function environmentCredential(env: Environment): Credential | undefined {
  const token = env['FLOWKIWI_TOKEN']?.trim();
  if (!token) return undefined;
  if (!isTokenText(token)) {
    throw new CliError('auth', 'FLOWKIWI_TOKEN is no access token: it has characters that no token has', {
      hint: 'set it to the token alone',
    });
  }
  return {
    source: 'the token from FLOWKIWI_TOKEN',
    remedy: 'set FLOWKIWI_TOKEN to a valid token, or unset it to use the stored credential',
    accessToken: () => Promise.resolve(token),
    renew: () => Promise.resolve(undefined),
  };
}
