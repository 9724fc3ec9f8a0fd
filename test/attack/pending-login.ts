import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newHome } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { type PendingSignIn, startSignIn } from '../support/pending-sign-in.ts';

/** `login` of the built command, which waits for its answer. */
export interface PendingLogin {
  readonly login: PendingSignIn;
  /** What the person would open. */
  readonly authorization: URL;
  /** Where the answer has to arrive. */
  readonly redirectUri: URL;
  readonly port: number;
  /** The path and query of an answer to this sign-in: `state` and `iss` are right unless they are given; undefined leaves one out. */
  readonly answer: (parameters: Readonly<Record<string, string | undefined>>) => string;
  /** The text of `credentials.json`; undefined when nothing is stored. */
  readonly stored: () => string | undefined;
}

export interface LoginOptions {
  readonly args?: readonly string[];
  readonly home?: string;
  /** How it signs in: `--no-browser` when absent. */
  readonly how?: '--browser' | '--no-browser';
  readonly env?: Readonly<Record<string, string>>;
  /** The number of the user who signs in; that of the tests when absent. */
  readonly uid?: number | undefined;
}

/** A browser has one second to come for its last page. */
const PATIENCE = patience(1_000);
/** No API is asked before a sign-in in the browser is over. */
const API = 'http://127.0.0.1:9/';

export async function startLogin(
  issuer: string,
  whenFinished: (run: () => void | Promise<void>) => void,
  { args = [], home = newHome(), how = '--no-browser', env = {}, uid }: LoginOptions = {},
): Promise<PendingLogin> {
  const login = startSignIn(
    ['login', how, '--issuer', issuer, ...args],
    { home, uid, env: { FLOWKIWI_URL: API, FLOWKIWI_CONFIG_DIR: join(home, 'flowkiwi'), NODE_OPTIONS: PATIENCE, ...env } },
    whenFinished,
  );
  const authorization = new URL(await login.says(/^ {2}(http\S+)$/m));
  const redirectUri = new URL(authorization.searchParams.get('redirect_uri') ?? '');
  const state = authorization.searchParams.get('state') ?? '';
  return {
    login,
    authorization,
    redirectUri,
    port: Number(redirectUri.port),
    answer: (parameters) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ state, iss: issuer, ...parameters })) if (value !== undefined) query.set(name, value);
      return `${redirectUri.pathname}?${query}`;
    },
    stored: () => readIfThere(join(home, 'flowkiwi', 'credentials.json')),
  };
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
