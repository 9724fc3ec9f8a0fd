import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../edges.ts';
import type { Account } from '../accounts.ts';
import type { Database } from '../database.ts';
import { StoreFailure } from '../store-failure.ts';
import type { Switches } from '../switches.ts';
import { ApiError, unavailable } from './api-error.ts';
import { performOnce } from './idempotency.ts';
import { checkContentType, contentTypeOf, errorFormat, type Format, negotiateFormat } from './negotiation.ts';
import { openApiDocument } from './open-api.ts';
import type { Outcome } from './operation.ts';
import { problemDocument, problemHeaders } from './problem.ts';
import { type RawBody, readBody } from './request-body.ts';
import { allowedMethods, findRoute, OPERATIONS } from './routes.ts';
import { prepareTables } from './tables.ts';
import { apiDocumentation, contextDocument } from './vocabulary.ts';

export interface IdentityApiOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** For example `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** The account of a bearer token, undefined when it is not valid. */
  readonly authenticate: (bearer: string) => Account | undefined;
  /** Hears of failures that are answered with 500. */
  readonly onError: (error: unknown) => void;
  /** How to answer what the documentation leaves open; asked for each request. */
  readonly switches: () => Switches;
}

export type IdentityApi = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The documented operations of the Flowkiwi Identity API, with the wire behaviour of the framework that serves it.
 * An answer is sent once everything that it tells of is on disk.
 */
export function createIdentityApi(options: IdentityApiOptions): IdentityApi {
  const { database, onError } = options;
  prepareTables(database);

  async function answer(request: IncomingMessage, body: RawBody): Promise<Answer> {
    try {
      const prepared = await serve(request, body, options);
      await database.durable();
      return prepared;
    } catch (thrown) {
      const error = thrown instanceof StoreFailure ? unavailable(thrown) : thrown;
      if (!(error instanceof ApiError)) onError(error);
      return refuse(error, errorFormat(request.headers.accept));
    }
  }

  return async (request, response) => {
    let body: RawBody;
    try {
      body = await readBody(request);
    } catch {
      response.destroy(); // The client went away in the middle of its request.
      return;
    }
    const { status, headers, body: text } = await answer(request, body);
    response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': String(Buffer.byteLength(text)) });
    response.end(text);
  };
}

/** All checks in the order of contract section 6.4, then the operation itself. Throws `ApiError`. */
function serve(request: IncomingMessage, body: RawBody, options: IdentityApiOptions): Answer | Promise<Answer> {
  const { database, clock, origin, authenticate } = options;
  const switches = options.switches();
  const { method = 'GET', url = '/', headers } = request;
  const { path, extension, query } = target(url);
  if (path === '/api/docs' && extension === 'json')
    return describe(openApiDocument(OPERATIONS, origin, switches), { method, address: `${origin}${url}`, format: extension });
  const vocabulary = extension === 'json' ? undefined : vocabularyAt(extension === undefined ? path : `${path}.jsonld`, origin);
  if (vocabulary) return describe(vocabulary, { method, address: `${origin}${url}`, format: 'jsonld' });
  const found = findRoute(path);
  if (!found) throw new ApiError(404, `No route found for "${method} ${origin}${url}"`);
  const operation = found.route.operations.get(method === 'HEAD' ? 'GET' : method);
  if (!operation) {
    const allow = allowedMethods(found.route);
    throw new ApiError(405, `No route found for "${method} ${origin}${url}": Method Not Allowed (Allow: ${allow})`, { allow });
  }
  const bearer = /^Bearer\s+([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  const account = bearer === undefined ? undefined : authenticate(bearer);
  if (!account) return unauthenticated(switches, bearer !== undefined);
  checkContentType(headers['content-type'], operation.accepts);
  const format = extension ?? negotiateFormat(headers.accept);
  const context = { database, switches, account, now: clock.now(), format, variables: found.variables, query: new URLSearchParams(query) };
  const perform = () => operation.perform(context, body, headers['content-type']);
  const answer = (outcome: Outcome) => succeed(outcome, method, format, origin);
  const key = headers['idempotency-key'];
  if (switches.idempotencyKeys === 'off' || method !== 'POST' || typeof key !== 'string' || body === undefined)
    return whole(perform(), answer);
  return performOnce(database, { account: account.id, key, method, url, body }, () => answer(perform()));
}

/** What answers refer to: it is for everybody, as programs load it without a token. */
function vocabularyAt(path: string, origin: string): object | undefined {
  if (path === '/api/docs.jsonld') return apiDocumentation(OPERATIONS, origin);
  const [, name] = /^\/api\/contexts\/(\w+)(?:\.jsonld)?$/.exec(path) ?? [];
  return name === undefined ? undefined : contextDocument(name, origin);
}

function describe(
  document: object,
  { method, address, format }: { readonly method: string; readonly address: string; readonly format: Format },
): Answer {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new ApiError(405, `No route found for "${method} ${address}": Method Not Allowed (Allow: GET)`, { allow: 'GET' });
  }
  return { status: 200, headers: { ...COMMON_HEADERS, 'content-type': contentTypeOf(format) }, body: JSON.stringify(document) };
}

function whole(outcome: Outcome, answer: (outcome: Outcome) => Answer): Answer | Promise<Answer> {
  const { longDocument, ...rest } = outcome;
  return longDocument === undefined ? answer(outcome) : longDocument().then((document) => answer({ ...rest, document }));
}

/** Takes a request target apart. Every path also exists with the extension of a format, as `Content-Location` names it. */
function target(url: string): { readonly path: string; readonly extension: Format | undefined; readonly query: string } {
  const start = url.indexOf('?');
  const whole = start < 0 ? url : url.slice(0, start);
  const query = start < 0 ? '' : url.slice(start + 1);
  for (const extension of ['jsonld', 'json'] as const) {
    if (whole.endsWith(`.${extension}`)) return { path: whole.slice(0, -extension.length - 1), extension, query };
  }
  return { path: whole, extension: undefined, query };
}

const COMMON_HEADERS = {
  vary: 'Accept',
  'cache-control': 'no-cache, private',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'deny',
};

/** The forms of contract section 6.6; by default a missing token is a problem, and one that nobody was given is answered without a body. */
function unauthenticated({ unauthenticated: form }: Switches, hadToken: boolean): Answer {
  if (form === 'lexik') {
    const body = JSON.stringify({ code: 401, message: hadToken ? 'Invalid JWT Token' : 'JWT Token not found' });
    return { status: 401, headers: { ...COMMON_HEADERS, 'content-type': 'application/json', 'www-authenticate': 'Bearer' }, body };
  }
  if (form === 'problem' && !hadToken) throw new ApiError(401, 'Full authentication is required to access this resource.');
  const challenge = 'Bearer error="invalid_token",error_description="Invalid credentials."';
  return { status: 401, headers: { ...COMMON_HEADERS, 'www-authenticate': challenge }, body: '' };
}

/** Contract section 6.5. */
function succeed({ status, iri, document }: Outcome, method: string, format: Format, origin: string): Answer {
  const headers: Record<string, string> = {
    ...COMMON_HEADERS,
    link: `<${origin}/api/docs.jsonld>; rel="http://www.w3.org/ns/hydra/core#apiDocumentation"`,
  };
  if (document !== undefined) headers['content-type'] = contentTypeOf(format);
  if (iri !== undefined) {
    headers['accept-patch'] = 'application/merge-patch+json';
    if (method !== 'GET' && method !== 'HEAD') headers['content-location'] = `${iri}.${format}`;
    if (status === 201) headers['location'] = iri;
  }
  return { status, headers, body: document === undefined ? '' : JSON.stringify(document) };
}

function refuse(error: unknown, format: Format): Answer {
  const problem = error instanceof ApiError ? error : new ApiError(500, 'Internal Server Error');
  return {
    status: problem.status,
    headers: { ...COMMON_HEADERS, ...problemHeaders(format), ...problem.headers },
    body: JSON.stringify(problemDocument(problem, format)),
  };
}
