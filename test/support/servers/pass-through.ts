import { createServer } from 'node:http';
import { collect } from '../flowkiwi.ts';
import { listen } from './listen.ts';

/** A server between the command and the sandbox, that answers under an address of its own. */
export interface PassThrough {
  readonly url: string;
  readonly close: () => void;
}

/** What may be changed on the way. Bodies are text; every field of a JSON answer that names the sandbox names this server instead. */
export interface Meddling {
  /** Before a form is passed on. */
  readonly before?: (path: string, form: URLSearchParams) => Promise<void>;
  /** Paths that are answered with 404. */
  readonly hides?: (path: string) => boolean;
  /** The fields of a JSON answer. */
  readonly answer?: (path: string, status: number, fields: Record<string, unknown>) => Record<string, unknown>;
}

/** Passes requests on to the sandbox. Its pages stay the sandbox's own; metadata and tokens come from here. */
export async function passThrough(
  target: string,
  { before, hides, answer = (_path, _status, fields) => fields }: Meddling,
): Promise<PassThrough> {
  const server = createServer(async (request, response) => {
    const body = await collect(request);
    const path = request.url ?? '/';
    if (hides?.(path)) {
      response.writeHead(404).end();
      return;
    }
    await before?.(path, new URLSearchParams(body));
    const { authorization, 'content-type': contentType } = request.headers;
    const passed = await fetch(`${target}${path}`, {
      method: request.method ?? 'GET',
      headers: { accept: 'application/json', ...(authorization && { authorization }), ...(contentType && { 'content-type': contentType }) },
      ...(body !== '' && { body }),
    });
    const fields: unknown = await passed.json().catch(() => ({}));
    const changed = answer(path, passed.status, Object.fromEntries(Object.entries(typeof fields === 'object' ? (fields ?? {}) : {})));
    const own = Object.entries(changed).map(([name, value]) => [name, name.startsWith('verification_uri') ? value : ours(value)]);
    response.writeHead(passed.status, { 'content-type': 'application/json' }).end(JSON.stringify(Object.fromEntries(own)));
  });
  const { origin: url } = await listen(server);

  function ours(value: unknown): unknown {
    if (typeof value === 'string') return value.replace(target, url);
    return Array.isArray(value) ? value.map(ours) : value;
  }

  return { url, close: () => void server.close().closeAllConnections() };
}
