import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { readInTime } from '../../context/read-in-time.ts';
import { decodedText } from '../../decoded-text.ts';
import { CliError } from '../../errors.ts';
import type { Credential } from '../../identity/credential.ts';
import { tidied, withoutLineEnd } from '../../incoming-text.ts';
import { readJwtClaims } from '../../oauth/jwt-claims.ts';
import { tokenTextProblem } from '../../oauth/token-text.ts';
import type { StoredCredential } from '../../storage/credential.ts';

/** A token is far shorter; a file that was piped in by mistake is far longer. */
const TOKEN_LIMIT_BYTES = 64 * 1024;

const SOURCE = 'standard input';

const REMEDY = 'copy the token again, whole, and sign in once more';

/** The text that is pasted at a prompt without echo, or else piped in. Throws `invalid` when it is far too long. */
export async function readPastedToken(context: Context): Promise<string> {
  const { edges, prompter } = context;
  if (edges.stdin.isTerminal && prompter) return prompter.secret('Paste the token (it is not shown):');
  return decodedText(await readInTime(context, SOURCE, () => edges.stdin.readAll(TOKEN_LIMIT_BYTES)), SOURCE);
}

/**
 * The credential of a pasted token, which is not stored yet; the identity service has accepted it. Throws `invalid` for a text that is no
 * token, and `auth` for one that has expired or is refused.
 */
export async function pastedCredential(context: Context, profile: Profile, pasted: string): Promise<StoredCredential> {
  await context.messages.change(tidied('token', withoutLineEnd(pasted), 'the token'));
  const { token, expiresAt } = checkedToken(pasted, context.edges.clock.now());
  const credential: Credential = {
    source: 'the pasted token',
    remedy: REMEDY,
    accessToken: () => Promise.resolve(token),
    renew: () => Promise.resolve(undefined),
  };
  await context.checkCredential(profile, credential);
  return {
    method: 'token',
    url: profile.url.href,
    issuer: undefined,
    clientId: undefined,
    accessToken: token,
    refreshToken: undefined,
    expiresAt,
    scope: undefined,
    machine: undefined,
    user: await context.askForCaller(profile, credential),
  };
}

export interface PastedToken {
  readonly token: string;
  /** Milliseconds since the epoch; undefined when it does not say. */
  readonly expiresAt: number | undefined;
}

/** The token in a pasted text, without what a copy has around it. `now` is in milliseconds since the epoch. Throws as `pastedCredential`. Pure. */
export function checkedToken(pasted: string, now: number): PastedToken {
  const token = tidied('token', pasted, 'the token').text;
  const wrong = tokenTextProblem(token);
  if (wrong) throw new CliError('invalid', `this is not an access token: it ${wrong.problem}`, { hint: wrong.hint });
  const expiresAt = expiryOf(token);
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new CliError('auth', `the pasted token has expired: it was good until ${new Date(expiresAt).toISOString()}`, {
      hint: 'get a new token, and sign in once more',
    });
  }
  return { token, expiresAt };
}

/** What a JSON Web Token says of its end, in milliseconds since the epoch; undefined for a time that no calendar has. */
function expiryOf(token: string): number | undefined {
  const expiresAt = readJwtClaims(token)?.expiresAt ?? Number.NaN;
  return Number.isNaN(new Date(expiresAt).getTime()) ? undefined : expiresAt;
}
