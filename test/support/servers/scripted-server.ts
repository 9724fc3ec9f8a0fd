import { createServer } from 'node:http';

/** A request as it arrived. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/**
 * What becomes of a request: an answer, the connection cut without one, or the request passed on to the server behind, whose
 * answer then arrives or gets lost.
 */
export type Fate = { readonly status: number; readonly json?: unknown; readonly html?: string } | 'cut' | 'pass on' | 'pass on, then cut';

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
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { pathname, searchParams: query, search } = new URL(`http://localhost${request.url}`);
    const { method = '' } = request;
    const body = Buffer.concat(chunks).toString('utf8');
    const count = log.filter((line) => line === `${method} ${pathname}`).length;
    log.push(`${method} ${pathname}`);
    asked.push({ method, path: pathname, query, body });
    const fate = await script({ method, path: pathname, query, body }, count);
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
    const { status, json, html } = fate;
    const type = html === undefined ? 'application/ld+json' : 'text/html';
    response.writeHead(status, { 'content-type': type, 'retry-after': '0' }).end(json === undefined ? html : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    log,
    asked,
    close: () => void server.close().closeAllConnections(),
  };
}
