import { CliError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { problemToCliError, readJson } from '../http/problem.ts';
import { TransportError, toCliError } from '../http/transport-error.ts';
import { unknownOutcome } from '../http/unknown-outcome.ts';
import type { Credential } from './credential.ts';
import type { ApiRequest, Operation } from './operation.ts';

export interface SessionOptions {
  readonly http: HttpClient;
  /** Base URL of the API. */
  readonly url: URL;
  readonly credential: Credential;
  readonly signal: AbortSignal;
}

/** Carries operations out: adds the base URL, the content types and the credential, sends, and maps failures to `CliError`. */
export interface Session {
  readonly run: <T>(operation: Operation<T>) => Promise<T>;
  /** The answer itself, whatever its status; a token that was refused is renewed once. */
  readonly send: (request: ApiRequest) => Promise<HttpResponse>;
}

export function createSession({ http, url, credential, signal }: SessionOptions): Session {
  async function send(request: ApiRequest): Promise<HttpResponse> {
    const token = await credential.accessToken();
    const response = await http.send(httpRequest(url, request, token), signal);
    if (response.status !== 401) return response;
    const renewed = await credential.renew(token);
    return renewed === undefined ? response : http.send(httpRequest(url, request, renewed), signal);
  }

  async function run<T>({ action, request, interpret, creates, refused }: Operation<T>): Promise<T> {
    let response: HttpResponse;
    try {
      response = await send(request);
    } catch (error) {
      throw error instanceof TransportError ? toCliError(error, creates) : error;
    }
    if (response.status < 200 || response.status > 299) {
      const error = problemToCliError(response, { action, credential: credential.source, remedy: credential.remedy, creation: creates });
      throw refused?.(response, error) ?? error;
    }
    try {
      const value = interpret(readJson(response));
      if (value !== undefined) return value;
      throw new CliError('unavailable', `${url.origin} answered with something else than the API documents (could not ${action})`, {
        hint: 'check the URL of the profile or FLOWKIWI_URL; --debug shows the exchange',
        status: response.status,
      });
    } catch (error) {
      // The server said yes, but what it made cannot be read.
      throw creates && error instanceof CliError ? unknownOutcome(creates, error.message, { status: error.status, cause: error }) : error;
    }
  }

  return { run, send };
}

function httpRequest(base: URL, { method, path, absolute, query, json }: ApiRequest, token: string): HttpRequest {
  const url = new URL(absolute ? path : base.pathname.replace(/\/$/, '') + path, base);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const headers: Record<string, string> = { accept: 'application/ld+json', authorization: `Bearer ${token}` };
  if (json === undefined) return { method, url, headers };
  headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return { method, url, headers, body: JSON.stringify(json) };
}
