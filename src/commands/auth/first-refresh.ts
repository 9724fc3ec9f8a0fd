import type { Context } from '../../context/context.ts';
import { refreshGrantSetting } from '../../context/describe-credential.ts';
import { type RefreshRequest, refreshTokenSet } from '../../oauth/refresh.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import type { CredentialFacts } from '../../storage/credential.ts';

/** The tokens of a sign-in, once it is known what the refresh token is good for. */
export type SettledTokens = TokenSet & Pick<CredentialFacts, 'refreshRefused'>;

/**
 * Refreshes the tokens of a sign-in once, at a server that gives refresh tokens also to clients that may not use them: ZITADEL, to apps without the
 * grant (contract section 10.7). Says then that the session does not last, and which setting makes it last. What else goes wrong shows itself later.
 */
export async function tryRefresh(
  { messages, edges: { clock } }: Context,
  client: Omit<RefreshRequest, 'refreshToken' | 'clock' | 'subject'>,
  tokens: TokenSet,
): Promise<SettledTokens> {
  const { refreshToken, user } = tokens;
  if (refreshToken === undefined) return tokens;
  const outcome = await refreshTokenSet({ ...client, clock, refreshToken, subject: user?.sub });
  if (outcome.kind === 'refreshed') {
    const { accessToken, refreshToken: next, expiresAt, lifeMs, refreshExpiresAt } = outcome.tokens;
    return { ...tokens, accessToken, refreshToken: next, expiresAt, lifeMs, refreshExpiresAt };
  }
  if (outcome.kind !== 'refused' || outcome.error !== 'unauthorized_client') return tokens;
  const end = tokens.expiresAt === undefined ? 'with its access token' : `at ${new Date(tokens.expiresAt).toISOString()}`;
  await messages.warning(
    `this session ends ${end}: the app may not refresh it; ${refreshGrantSetting(client.clientId)}, and sign in again`,
  );
  return { ...tokens, refreshRefused: outcome.error };
}
