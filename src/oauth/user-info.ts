import { fetchUserInfo, skipSubjectCheck } from 'openid-client';
import type { Clock } from '../edges.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { createConfiguration, type OAuthClient } from './configuration.ts';
import { withTimeLimit } from './time-limit.ts';
import { readUser } from './token-response.ts';
import type { TokenSet, User } from './token-set.ts';

/** A sign-in that has succeeded does not wait longer to learn a name. */
const USER_INFO_WITHIN_MS = 5_000;

/**
 * The token set with what the userinfo endpoint adds about the user (OpenID Connect Core 5.3), when the id token left something out and
 * there is such an endpoint. Throws `auth` when the access token belongs to another user than the id token: then it is not known whose
 * session it is. Any other failure is ignored but an abort, whose reason is thrown.
 */
export async function withUserInfo({ clock, ...client }: OAuthClient & { readonly clock: Clock }, tokens: TokenSet): Promise<TokenSet> {
  const { user } = tokens;
  if (client.server.userinfo_endpoint === undefined || (user !== undefined && isComplete(user))) {
    return tokens;
  }
  const known = await askForUser(client, clock, tokens.accessToken);
  if (known === undefined) {
    return tokens;
  }
  if (user !== undefined && known.sub !== user.sub) {
    throw new CliError('auth', 'the sign-in server issued an id token of one user and an access token of another', {
      hint: helpWith('sign in again', 'login'),
    });
  }
  const { email = user?.email, name = user?.name } = known;
  return { ...tokens, user: { sub: known.sub, email, emailVerified: isVerified(email, [user, known]), name } };
}

function isComplete({ email, emailVerified, name }: User): boolean {
  return email !== undefined && emailVerified !== undefined && name !== undefined;
}

/** Whether an address is verified, by those who say so of it: a no of one of them counts. */
function isVerified(email: string | undefined, sources: readonly (User | undefined)[]): boolean | undefined {
  const said = sources.filter((user) => user?.email === email).map((user) => user?.emailVerified);
  return said.includes(false) ? false : said.find((word) => word !== undefined);
}

/** The user that an access token belongs to; undefined when there is no answer to be had. */
async function askForUser(client: OAuthClient, clock: Clock, accessToken: string): Promise<User | undefined> {
  const ask = async (signal: AbortSignal) =>
    readUser(await fetchUserInfo(createConfiguration({ ...client, signal }), accessToken, skipSubjectCheck));
  const limit = { clock, milliseconds: USER_INFO_WITHIN_MS, signal: client.signal };
  try {
    return await withTimeLimit<User | undefined>(ask, limit, () => undefined);
  } catch {
    client.signal?.throwIfAborted();
    return undefined;
  }
}
