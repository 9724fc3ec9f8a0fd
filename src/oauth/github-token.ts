import { type Environment, emptyVariable, saysYes } from '../environment.ts';
import { CliError, withHint } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import { readProblem } from '../http/problem-document.ts';
import { TransportError, toCliError } from '../http/transport-error.ts';
import { isRecord, parseJson } from '../record.ts';
import { codeOf } from './protocol-failure.ts';
import { parseSafeUrl } from './safe-url.ts';
import { isTokenText } from './token-set.ts';

export interface GithubTokenOptions {
  readonly http: HttpClient;
  readonly env: Environment;
  readonly audience: string;
  readonly signal?: AbortSignal | undefined;
}

const PERMISSION = 'give the job the permission: permissions: { id-token: write }';

/**
 * Asks GitHub Actions for the ID token of the job that runs, at the address and with the token that it gives to jobs that may ask.
 * Throws `usage` where the job has no such address, `auth` when GitHub gives no token, and `unavailable` when it does not answer.
 */
export async function githubToken({ http, env, audience, signal }: GithubTokenOptions): Promise<string> {
  const { address, requestToken } = githubTokenRequest(env);
  const url = parseSafeUrl(address);
  if (url === undefined) {
    throw new CliError('auth', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL', { hint: 'leave it as GitHub Actions sets it' });
  }
  if (!isTokenText(requestToken)) {
    throw new CliError('auth', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN is not a token', { hint: 'leave it as GitHub Actions sets it' });
  }
  url.searchParams.set('audience', audience);
  const headers = { accept: 'application/json', authorization: `Bearer ${requestToken}` };
  return readAnswer(await ask(http, { method: 'GET', url, headers }, signal));
}

/** Where the job asks for its token, and the secret with which it may. Throws `usage` where it may not. Asks nobody. */
export function githubTokenRequest(env: Environment): { readonly address: string; readonly requestToken: string } {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = env;
  if (address && requestToken) return { address, requestToken };
  throw noToken(env);
}

async function ask(http: HttpClient, request: Parameters<HttpClient['send']>[0], signal: AbortSignal | undefined): Promise<HttpResponse> {
  try {
    return await http.send({ ...request, isRefusal: ({ status }) => status === 500 }, signal);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw withHint(toCliError(error), 'that is where GitHub Actions gives out the ID token of the job: run the job again');
  }
}

function readAnswer(response: HttpResponse): string {
  const { status, body } = response;
  if (status !== 200) {
    const code = codeOf({ kind: 'http_status', status });
    throw new CliError(code, `GitHub Actions gives no ID token (status ${status})`, {
      detail: readProblem(response).detail,
      hint: code !== 'auth' ? 'run the job again' : status === 400 ? 'check the audience that the token is asked for' : PERMISSION,
      status,
    });
  }
  const answer = parseJson(body);
  if (isRecord(answer) && typeof answer['value'] === 'string' && answer['value'] !== '') return answer['value'];
  throw new CliError('auth', 'GitHub Actions gives no ID token: its answer has none in it', { hint: 'run the job again' });
}

/** What helps depends on the CI. */
function noToken(env: Environment): CliError {
  if (saysYes(env, 'GITHUB_ACTIONS')) {
    return new CliError('usage', 'this job may not ask GitHub Actions for an ID token', { hint: PERMISSION });
  }
  const message = emptyVariable(env, 'FLOWKIWI_ID_TOKEN') ?? 'there is no token of a CI: neither --oidc-token-file nor FLOWKIWI_ID_TOKEN';
  return new CliError('usage', message, {
    hint: saysYes(env, 'GITLAB_CI')
      ? 'let GitLab make one in the job: id_tokens: { FLOWKIWI_ID_TOKEN: { aud: URL-OF-THE-SIGN-IN-SERVER } }'
      : 'let the CI put its token for the job into FLOWKIWI_ID_TOKEN, or into a file; GitHub Actions needs the permission id-token: write',
  });
}
