import { createServer, type IncomingHttpHeaders } from 'node:http';
import { collect } from '../flowkiwi.ts';
import { listen } from './listen.ts';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Method, path and query: `GET /api/organizations?page=2`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer: JSON, or a text of some type. */
export interface Said {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  /** In place of `retry-after: 0`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What becomes of a request: an answer, the connection cut without one, or the request passed on to the server behind, whose
 * answer then arrives or gets lost.
 */
export type Fate = Said | 'cut' | 'pass on' | 'pass on, then cut';

export interface ScriptedServer {
  readonly url: string;
  /** Every request so far, as `GET /api/organizations/1`. */
  readonly log: readonly string[];
  readonly asked: readonly Asked[];
  readonly close: () => void;
}

/** A server that does with each request what the script says; `count` is how many of the same method and path came before. */
export async function startScriptedServer(
  script: (request: Asked, count: number) => Fate | Promise<Fate>,
  behind = '',
): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const log: string[] = [];
  const counts = new Map<string, number>();
  // On a busy machine a client may take long to send its next request on a connection.
  const server = createServer({ keepAliveTimeout: 120_000 }, async (request, response) => {
    const body = await collect(request);
    const { pathname, searchParams: query, search } = new URL(`http://localhost${request.url}`);
    const { method = '' } = request;
    const line = `${method} ${pathname}`;
    const count = counts.get(line) ?? 0;
    counts.set(line, count + 1);
    log.push(line);
    const one = { method, path: pathname, query, line: `${method} ${request.url}`, headers: request.headers, body };
    asked.push(one);
    const fate = await script(one, count);
    const passOn = () => {
      const { authorization = '', accept = '', 'content-type': type } = request.headers;
      const headers = { authorization, accept, ...(type !== undefined && { 'content-type': type }) };
      return fetch(`${behind}${pathname}${search}`, { method, headers, ...(body !== '' && { body }) });
    };
    if (fate === 'pass on, then cut') await passOn();
    if (fate === 'cut' || fate === 'pass on, then cut') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fate === 'pass on') {
      const answer = await passOn();
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(await answer.text());
      return;
    }
    const { status, json, text, type = json === undefined ? 'text/plain' : 'application/json', headers = { 'retry-after': '0' } } = fate;
    response.writeHead(status, { 'content-type': type, ...headers }).end(text ?? JSON.stringify(json));
  });
  const { origin } = await listen(server);
  return {
    url: origin,
    log,
    asked,
    close: () => void server.close().closeAllConnections(),
  };
}
