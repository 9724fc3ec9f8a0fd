import type { CustomFetch } from 'openid-client';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import type { HttpClient } from '../http/client.ts';
import { instanceState } from '../http/instance-state.ts';
import { isRecord, parseJson } from '../record.ts';
import { parseSafeUrl } from './safe-url.ts';

export interface FetchOptions {
  /** Members of an answer that are left out of it. */
  readonly ignored?: readonly string[];
}

/**
 * openid-client's way out, so that time limits, retries, certificates and redaction are those of the one transport.
 * Refuses plain http to any host but loopback. Rejects as `HttpClient.send` does.
 */
export function createFetch(http: HttpClient, signal: AbortSignal | undefined, { ignored = [] }: FetchOptions = {}): CustomFetch {
  return async (address, { method, headers, body, signal: limit }) => {
    const url = parseSafeUrl(address, http);
    if (url === undefined) {
      throw new CliError('auth', 'the sign-in server names an endpoint that is not https', {
        hint: helpWith('check the URL of the sign-in server, or sign in with a token', 'login', '--with-token'),
      });
    }
    // The transport names the program itself.
    const { 'user-agent': _, ...others } = headers;
    const request = { url, headers: others, ...(body instanceof URLSearchParams && { body: body.toString() }) };
    const signals = [signal, limit].filter((each) => each !== undefined);
    const response = await http.send({ method: method === 'POST' ? 'POST' : 'GET', ...request }, AbortSignal.any(signals));
    // Its 404 says nothing of the request (see instance-state.ts).
    const isOutage = instanceState(response) === 'without database';
    const json = readableAnswer(
      isOutage ? OUTAGE : response.body,
      (name, value) => value === null || value === '' || ignored.includes(name),
    );
    const { 'retry-after': retryAfter, date } = response.headers;
    return new Response(response.status === 204 || response.status === 304 ? null : (json ?? response.body), {
      // The Fetch API knows no other status.
      status: isOutage ? 503 : Math.min(Math.max(response.status, 200), 599),
      headers: {
        // Some servers label their JSON as text; some send a challenge with it, which would hide it from openid-client.
        'content-type': json === undefined ? (response.headers['content-type'] ?? '') : 'application/json',
        ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
        ...(date !== undefined && { date }),
      },
    });
  };
}

/** An error of RFC 6749 section 4.1.2.1 in place of a text. */
const OUTAGE = JSON.stringify({ error: 'temporarily_unavailable', error_description: 'it cannot reach its database' });

/**
 * A JSON object as text, as openid-client reads it: without some of its members, empty ones among them, because some servers send those for
 * what they leave out; with the type that a token without one has; and with a list of scopes as RFC 6749 section 3.3 writes it.
 */
function readableAnswer(body: string, isUnwanted: (name: string, value: unknown) => boolean): string | undefined {
  const document = parseJson(body);
  if (!isRecord(document)) return undefined;
  const { scope } = document;
  const type = document['token_type'] || 'Bearer';
  const token = typeof document['access_token'] === 'string' && { token_type: type, scope: Array.isArray(scope) ? scope.join(' ') : scope };
  return JSON.stringify({ ...document, ...token }, (name, value: unknown) => (isUnwanted(name, value) ? undefined : value));
}
