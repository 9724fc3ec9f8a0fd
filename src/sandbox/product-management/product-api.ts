import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '../accounts.ts';
import type { Database } from '../database.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import { findInstanceByHandle, isAuthorized } from '../flowkiwi/instance-store.ts';
import { roleOf } from '../flowkiwi/organization-store.ts';
import { problemDocument, problemHeaders } from '../flowkiwi/problem.ts';
import { decodeBody, type RawBody, readBody } from '../flowkiwi/request-body.ts';
import {
  deleteResource,
  findResource,
  insertResource,
  listResources,
  type Place,
  type Resource,
  replaceResource,
} from './resource-store.ts';

export interface ProductApiOptions {
  readonly database: Database;
  /** The account of a bearer token, undefined when it is not valid. */
  readonly authenticate: (bearer: string) => Account | undefined;
  /** Hears of failures that are answered with 500. */
  readonly onError: (error: unknown) => void;
}

interface Outcome {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly document?: Readonly<Record<string, unknown>>;
}

const USUAL_PAGE = 30;
const LARGEST_PAGE = 1000;

/** The handle of the instance whose product management is at the host that a request names: `HANDLE.product-management.localhost:PORT`. */
export function productHandle({ headers }: Pick<IncomingMessage, 'headers'>, origin: string): string | undefined {
  const { port } = new URL(origin);
  const [, handle, at = ''] = /^([a-z-]+)\.product-management\.localhost(?::(\d+))?$/i.exec(headers.host ?? '') ?? [];
  return at === port ? handle?.toLowerCase() : undefined;
}

/**
 * The product management of one instance, as far as the emulator goes: collections of any name under `/rest/api/`, which take any JSON object.
 * No schema of Flowkiwi's is known to it. Who asks, for which organization, and the form of lists are as documented (contract section 7).
 */
export function createProductApi(options: ProductApiOptions) {
  const { database, onError } = options;

  async function answer(handle: string, request: IncomingMessage, body: RawBody): Promise<Outcome & { readonly isProblem?: true }> {
    try {
      const outcome = perform(handle, request, body, options);
      await database.durable();
      return outcome;
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) onError(thrown);
      const error = thrown instanceof ApiError ? thrown : new ApiError(500, 'Internal Server Error');
      return { status: error.status, document: problemDocument(error, 'jsonld'), isProblem: true };
    }
  }

  return async (handle: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body: RawBody;
    try {
      body = await readBody(request);
    } catch {
      response.destroy(); // The client went away in the middle of its request.
      return;
    }
    const { status, document, isProblem } = await answer(handle, request, body);
    const text = document === undefined ? '' : JSON.stringify(document);
    const type = isProblem ? problemHeaders('jsonld') : { 'content-type': 'application/ld+json; charset=utf-8' };
    response.writeHead(status, document === undefined ? {} : { ...type, 'content-length': String(Buffer.byteLength(text)) });
    response.end(text);
  };
}

function perform(handle: string, request: IncomingMessage, body: RawBody, { database, authenticate }: ProductApiOptions): Outcome {
  const { method = 'GET', url = '/', headers } = request;
  const [path = '', query = ''] = url.split('?', 2);
  const [, collection, id] = /^\/rest\/api\/([\w-]{1,100})(?:\/([\w-]{1,100}))?$/.exec(path) ?? [];
  const instance = findInstanceByHandle(database, handle);
  if (collection === undefined || instance === undefined) throw new ApiError(404, 'Not Found');
  const bearer = /^Bearer\s+([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  const account = bearer === undefined ? undefined : authenticate(bearer);
  if (account === undefined) throw new ApiError(401, 'Full authentication is required to access this resource.');
  const organization = headers['x-flowkiwi-organization-id'];
  if (typeof organization !== 'string' || organization === '')
    throw new ApiError(400, 'The header "X-Flowkiwi-Organization-Id" must exist.');
  const mayAct = organization === instance.organizationId || isAuthorized(database, instance.id, organization);
  if (!mayAct || roleOf(database, organization, account) === undefined) throw new ApiError(403, 'Access Denied.');
  const place = { instanceId: instance.id, collection };
  const sent = () => decodeBody(body, headers['content-type'], collection);
  return id === undefined
    ? onCollection(method, place, new URLSearchParams(query), sent, database)
    : onResource(method, place, id, sent, database);
}

type Sent = () => ReturnType<typeof decodeBody>;

function onCollection(method: string, place: Place, query: URLSearchParams, sent: Sent, database: Database): Outcome {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { status: 200, document: listDocument(place, query, database) };
    case 'POST':
      return { status: 201, document: resourceDocument(place, insertResource(database, place, attributesOf(sent()))) };
    default:
      throw new ApiError(405, 'Method Not Allowed (Allow: GET, POST)');
  }
}

function onResource(method: string, place: Place, id: string, sent: Sent, database: Database): Outcome {
  const resource = findResource(database, place, id);
  if (resource === undefined) throw new ApiError(404, 'Not Found');
  switch (method) {
    case 'GET':
    case 'HEAD':
      return { status: 200, document: resourceDocument(place, resource) };
    case 'PATCH': {
      const changed = { id, document: { ...resource.document, ...attributesOf(sent()) } };
      replaceResource(database, place, changed);
      return { status: 200, document: resourceDocument(place, changed) };
    }
    case 'DELETE':
      deleteResource(database, place, id);
      return { status: 204 };
    default:
      throw new ApiError(405, 'Method Not Allowed (Allow: GET, PATCH, DELETE)');
  }
}

function attributesOf({ names, value }: ReturnType<typeof decodeBody>): Resource['document'] {
  return Object.fromEntries(names.filter((name) => name !== 'id' && !name.startsWith('@')).map((name) => [name, value(name)]));
}

function resourceDocument({ collection }: Place, { id, document }: Resource): Readonly<Record<string, unknown>> {
  return { '@id': `/rest/api/${collection}/${id}`, '@type': collection, id, ...document };
}

function listDocument(place: Place, query: URLSearchParams, database: Database): Readonly<Record<string, unknown>> {
  const page = numberIn(query, 'page', 1);
  const limit = Math.min(numberIn(query, 'itemsPerPage', USUAL_PAGE), LARGEST_PAGE);
  const { resources, total } = listResources(database, place, { offset: (page - 1) * limit, limit });
  const iri = `/rest/api/${place.collection}`;
  const others = [...query]
    .filter(([name]) => name !== 'page')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const pageIri = (number: number) => `${iri}?${[...others, `page=${number}`].join('&')}`;
  const next = page * limit < total ? { 'hydra:next': pageIri(page + 1) } : {};
  const view = { '@id': pageIri(page), '@type': 'hydra:PartialCollectionView', ...next };
  return {
    ...{ '@context': `/rest/api/contexts/${place.collection}`, '@id': iri, '@type': 'hydra:Collection' },
    'hydra:totalItems': total,
    'hydra:member': resources.map((resource) => resourceDocument(place, resource)),
    ...(total > limit ? { 'hydra:view': view } : {}),
  };
}

function numberIn(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? `${usual}`;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new ApiError(400, `${name} should be a number from 1.`);
  return Number(text);
}
