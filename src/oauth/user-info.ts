import { fetchUserInfo, skipSubjectCheck } from 'openid-client';
import type { Clock } from '../edges.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { withTimeLimit } from './time-limit.ts';
import { readUser } from './token-response.ts';
import type { TokenSet } from './token-set.ts';

/** A sign-in that has succeeded does not wait longer to learn a name. */
const USER_INFO_WITHIN_MS = 5_000;

/**
 * The token set with what the userinfo endpoint adds about the user (OpenID Connect Core 5.3), when the id token left something out and
 * there is such an endpoint. An answer about another user is ignored, and so is any failure but an abort, whose reason is thrown.
 */
export async function withUserInfo({ clock, ...client }: OAuthClient & { readonly clock: Clock }, tokens: TokenSet): Promise<TokenSet> {
  const { user } = tokens;
  if (client.server.userinfo_endpoint === undefined || (user?.email !== undefined && user.name !== undefined)) {
    return tokens;
  }
  const ask = async (signal: AbortSignal): Promise<TokenSet> => {
    const claims = await fetchUserInfo(createConfiguration({ ...client, signal }), tokens.accessToken, user?.sub ?? skipSubjectCheck);
    const known = readUser(claims);
    return { ...tokens, user: { sub: known.sub, email: known.email ?? user?.email, name: known.name ?? user?.name } };
  };
  try {
    return await withTimeLimit(ask, { clock, milliseconds: USER_INFO_WITHIN_MS, signal: client.signal }, () => tokens);
  } catch {
    client.signal?.throwIfAborted();
    return tokens;
  }
}
