import { decodedText } from '../decoded-text.ts';
import type { Clock } from '../edges.ts';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { readInputFile } from '../files/input-file.ts';
import type { HttpClient } from '../http/client.ts';
import { type IncomingText, tidied, withoutLineEnd } from '../incoming-text.ts';
import { githubToken, githubTokenRequest } from './github-token.ts';
import { type JwtClaims, readJwtClaims } from './jwt-claims.ts';
import { tokenTextProblem } from './token-text.ts';

export interface CiTokenOptions {
  readonly http: HttpClient;
  readonly env: Environment;
  readonly clock: Clock;
  /** Path of a file that a platform projects the token into; asked before everything else, and alone. */
  readonly file: string | undefined;
  /** Whom the token is to be for, where that can be asked for. */
  readonly audience: string;
  readonly signal?: AbortSignal | undefined;
  /** Told what was taken off the token. */
  readonly onChange?: ((change: IncomingText) => Promise<void>) | undefined;
}

/** CIs make tokens of about a thousand characters; no server takes one of this length. */
const LONGEST_TOKEN = 64 * 1024;

/** What a CI says of the job that runs, signed by the CI. */
export interface CiToken {
  /** A secret. */
  readonly token: string;
  /** Where it comes from, in words, and what it says of itself: what the server has to trust. */
  readonly description: string;
}

/**
 * The token of this CI job: from the file, else `FLOWKIWI_ID_TOKEN`, else from GitHub Actions. Asked for again each time, never kept.
 * Throws `usage` when there is none, `auth` for one that cannot be used, and `unavailable` when GitHub does not answer.
 */
export async function ciToken(options: CiTokenOptions): Promise<CiToken> {
  const { text, source, remedy } = await findToken(options);
  const change = tidied('token', withoutLineEnd(text), source);
  const { text: token } = change;
  await options.onChange?.(change);
  const claims = token.length > LONGEST_TOKEN ? undefined : readJwtClaims(token);
  if (claims === undefined) {
    const wrong = tokenTextProblem(token);
    throw new CliError('auth', `${source} is not a JWT${wrong ? `: it ${wrong.problem}` : ''}`, { hint: remedy });
  }
  const { expiresAt } = claims;
  if (expiresAt !== undefined && expiresAt <= options.clock.now()) {
    throw new CliError('auth', `${source} has expired: it was good until ${new Date(expiresAt).toISOString()}`, { hint: remedy });
  }
  return { token, description: `${source}${describeClaims(claims)}` };
}

/** Throws `usage` where the environment has no token of a CI, and nothing to ask for one with. Asks nobody. */
export function assertCiToken(env: Environment): void {
  if (!env['FLOWKIWI_ID_TOKEN']) githubTokenRequest(env);
}

interface FoundToken {
  readonly text: string;
  readonly source: string;
  readonly remedy: string;
}

async function findToken({ http, env, file, audience, signal }: CiTokenOptions): Promise<FoundToken> {
  if (file !== undefined) {
    const text = await read(file, signal);
    return { text, source: `the CI token in ${file}`, remedy: 'the program that writes the file has to put the token of this job into it' };
  }
  const text = env['FLOWKIWI_ID_TOKEN'];
  if (text) {
    const remedy = 'the CI gives it once, when the job starts: sign in while it is good, or give it a longer life';
    return { text, source: 'the CI token in FLOWKIWI_ID_TOKEN', remedy };
  }
  return {
    text: await githubToken({ http, env, audience, signal }),
    source: 'the CI token of GitHub Actions',
    remedy: 'run the job again',
  };
}

async function read(file: string, signal: AbortSignal | undefined): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readInputFile(file, { signal, limit: 4 * LONGEST_TOKEN });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new CliError('usage', `--oidc-token-file: ${file} cannot be read (${reason})`, {
      hint: 'name the file that the token of the job is projected into',
      cause: error,
    });
  }
  return decodedText(bytes, `--oidc-token-file: ${file}`);
}

function describeClaims({ iss, sub, aud }: JwtClaims): string {
  const claims = Object.entries({ iss, sub, aud: aud.join(', ') || undefined }).filter(([, value]) => value !== undefined);
  return claims.length === 0 ? '' : ` (${claims.map(([name, value]) => `${name} ${value}`).join(', ')})`.slice(0, 400);
}
