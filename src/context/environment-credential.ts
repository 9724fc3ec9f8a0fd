import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import type { Credential } from '../identity/credential.ts';
import { tidied } from '../incoming-text.ts';
import { readJwtClaims } from '../oauth/jwt-claims.ts';
import { tokenTextProblem } from '../oauth/token-text.ts';
import { describeToken } from './describe-credential.ts';

/** What an explanation of a refused token needs to know. */
export interface TokenPlace {
  readonly clock: Clock;
  /** The sign-in server, when the profile names one. */
  readonly issuer: string | undefined;
}

const REMEDY = 'set FLOWKIWI_TOKEN to a valid token, or unset it to use the stored credential';

/** The access token from `FLOWKIWI_TOKEN`; undefined when the variable is not set. Throws `auth` when it cannot be a token. */
export function environmentCredential(env: Environment, place?: TokenPlace): Credential | undefined {
  const token = tidied('token', env['FLOWKIWI_TOKEN'] ?? '', 'FLOWKIWI_TOKEN').text;
  if (token === '') return undefined;
  const wrong = tokenTextProblem(token);
  if (wrong) throw new CliError('auth', `FLOWKIWI_TOKEN is not an access token: it ${wrong.problem}`, { hint: wrong.hint });
  return {
    get source() {
      const words = environmentTokenWords(token, place);
      return `the token from FLOWKIWI_TOKEN${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
    },
    remedy: REMEDY,
    accessToken: () => Promise.resolve(token),
    renew: () => Promise.resolve(undefined),
  };
}

/** Throws `auth` when the token from `FLOWKIWI_TOKEN` says itself that it is over by `now` (milliseconds since the epoch). */
export function assertEnvironmentTokenLasts(token: string, now: number): void {
  const expiresAt = readJwtClaims(token)?.expiresAt;
  if (expiresAt === undefined || expiresAt > now) return;
  throw new CliError('auth', `the token from FLOWKIWI_TOKEN expired at ${new Date(expiresAt).toISOString()}`, { hint: REMEDY });
}

/** What kind of token it is, as far as that can be seen; no sign-in was there to tell. */
function environmentTokenWords(token: string, place: TokenPlace | undefined): readonly string[] {
  if (readJwtClaims(token) === undefined) return ['an opaque token, such as a personal access token'];
  return place ? describeToken(token, { now: place.clock.now(), issuer: place.issuer }) : [];
}
