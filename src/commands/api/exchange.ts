import type { Context } from '../../context/context.ts';
import type { HttpRequest, HttpResponse } from '../../http/client.ts';
import { problemToCliError } from '../../http/problem.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import type { Creation } from '../../http/unknown-outcome.ts';
import type { Target } from './target.ts';

/**
 * Sends a request with the credential of its target; a stored token that was refused is renewed once. Resolves to an answer of success, and
 * throws a `CliError` for any other, `unknown_outcome` when nobody can know what a POST has done.
 */
export async function exchange(
  { http, edges }: Context,
  { dialect, ...target }: Pick<Target, 'credential' | 'dialect'>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const credential = await target.credential();
  const { isPermanent } = dialect;
  const send = async (token: string) => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    const response = await http.send({ ...request, headers, isPermanent }, edges.interruption);
    return dialect.unwrapError?.(response) ?? response;
  };

  const token = await credential.accessToken();
  const creation = creationOf(request);
  try {
    let response = await send(token);
    if (response.status === 401) {
      const renewed = await credential.renew(token);
      if (renewed !== undefined) response = await send(renewed);
    }
    if (response.status >= 200 && response.status <= 299) return response;
    const action = `${request.method} ${request.url.pathname}`;
    const error = problemToCliError(response, { action, credential: credential.source, remedy: credential.remedy, creation });
    throw dialect.refused?.(response, error) ?? error;
  } catch (error) {
    throw error instanceof TransportError ? toCliError(error, creation) : error;
  }
}

/** Of the methods only POST must not be sent twice (RFC 9110 section 9.2.2; a merge patch gives the same twice). */
export function creationOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): Creation | undefined {
  if (method !== 'POST') return undefined;
  return { creating: `POST ${url.pathname}`, done: 'carried out', check: 'look at what is there before you send it again' };
}
