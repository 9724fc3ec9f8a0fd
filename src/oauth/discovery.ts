import { CliError, isCliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import type { HttpClient, HttpResponse } from '../http/client.ts';
import { instanceState } from '../http/instance-state.ts';
import { isThisMachine } from '../http/loopback.ts';
import { isWebPage, readProblem } from '../http/problem-document.ts';
import { secondsToWait, whenToComeBack } from '../http/retry-after.ts';
import { TransportError, toCliError } from '../http/transport-error.ts';
import { isRecord, parseJson } from '../record.ts';
import { parseSafeUrl } from './safe-url.ts';
import { type DiscoveredServer, readServerMetadata } from './server-metadata.ts';

export interface DiscoveryOptions {
  readonly http: HttpClient;
  readonly apiUrl: URL;
  /** The authorization server that the user or the profile names; undefined to ask the API. */
  readonly issuer: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the authorization server: the given issuer, else the one that the API's protected-resource metadata names (RFC 9728), else the
 * API's own origin (OpenID Connect Discovery, RFC 8414). Undefined when the API publishes none.
 * Throws `auth` when a server is named that is not there or must not be trusted, and `unavailable` when no answer can be had.
 */
export async function discoverAuthorizationServer({
  http,
  apiUrl,
  issuer,
  signal,
}: DiscoveryOptions): Promise<DiscoveredServer | undefined> {
  const instead: Instead = { words: undefined, refusal: undefined };
  const read: ReadDocument = (url) => readDocument(http, url, signal, instead);
  if (issuer !== undefined) {
    return namedServer(read, issuer, { hint: 'check --issuer, FLOWKIWI_ISSUER or the issuer of the profile', instead, http });
  }
  const resource = await protectedResource(read, apiUrl);
  if (resource.issuer !== undefined) {
    if (isOnThisMachine(resource.issuer) && !isThisMachine(apiUrl)) {
      throw new CliError('auth', `${apiUrl.origin} names a sign-in server on this machine: ${resource.issuer.slice(0, 200)}`, {
        hint: 'check the URL of the API, or name the sign-in server with --issuer',
      });
    }
    const hint = `${apiUrl.origin} names it as its sign-in server; another one can be given with --issuer`;
    return namedServer(read, resource.issuer, { hint, instead, http });
  }
  const server = await serverOf(read, apiUrl.origin, http);
  const refusal = resource.refusal ?? instead.refusal;
  if (server === undefined && refusal !== undefined) throw refusal;
  return server;
}

/** What listens on this machine is not for others to name: it may belong to another user. */
function isOnThisMachine(issuer: string): boolean {
  return URL.canParse(issuer) && isThisMachine(new URL(issuer));
}

/** A JSON document from a well-known address; undefined when there is none. */
type ReadDocument = (url: URL) => Promise<unknown>;

/** What came in place of the documents that were looked for. */
interface Instead {
  /** What the server said of one that it does not have. */
  words: string | undefined;
  /** Of the first answer that says neither that there is one nor that there is none. */
  refusal: CliError | undefined;
}

interface Absence {
  readonly hint: string;
  readonly instead: Instead;
  readonly http: Pick<HttpClient, 'isLocal'>;
}

async function namedServer(read: ReadDocument, issuer: string, { hint, instead, http }: Absence): Promise<DiscoveredServer> {
  const server = await serverOf(read, issuer, http);
  if (server !== undefined) return server;
  if (instead.refusal) throw instead.refusal;
  const isKeycloak = await hasRealms(read, issuer);
  const help = isKeycloak ? `a realm of Keycloak is a sign-in server: --issuer ${issuer.replace(/\/$/, '')}/realms/NAME` : hint;
  throw new CliError('auth', `there is no sign-in server at ${issuer}`, { hint: help, detail: instead.words });
}

/** Whether it is the bare host of a Keycloak, which has a realm of this name always. */
async function hasRealms(read: ReadDocument, issuer: string): Promise<boolean> {
  const { origin, pathname } = new URL(issuer);
  if (pathname !== '/') return false;
  const document = await read(append(new URL('/realms/master', origin), 'openid-configuration'));
  return isRecord(document) && typeof document['issuer'] === 'string';
}

/** The server with this issuer identifier, or undefined when neither well-known address has metadata. Throws as `readServerMetadata` does. */
async function serverOf(read: ReadDocument, issuer: string, http: Pick<HttpClient, 'isLocal'>): Promise<DiscoveredServer | undefined> {
  const identifier = parseSafeUrl(issuer, http);
  if (identifier === undefined || issuer.includes('?') || issuer.includes('#')) {
    throw new CliError('auth', `${issuer} cannot be a sign-in server: it has to be an https URL without user, query and fragment`, {
      hint: 'plain http is accepted on this machine only: http://127.0.0.1:PORT',
    });
  }
  let refusal: CliError | undefined;
  for (const url of [append(identifier, 'openid-configuration'), insert(identifier, 'oauth-authorization-server')]) {
    try {
      const server = readServerMetadata(await read(url), issuer, http);
      if (server !== undefined) return server;
    } catch (error) {
      if (!isCliError(error) || error.code !== 'auth') throw error;
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal;
  return undefined;
}

/** The issuer that the API's protected-resource metadata names; a document about another resource must not be used (RFC 9728 section 3.3). */
async function protectedResource(read: ReadDocument, apiUrl: URL): Promise<{ issuer?: string; refusal?: CliError }> {
  const path = apiUrl.pathname.replace(/\/$/, '');
  const identifiers = path === '' ? [apiUrl.origin] : [apiUrl.origin + path, apiUrl.origin];
  let refusal: CliError | undefined;
  // As the URL was given; without a path the two spellings are the same URL (RFC 3986 section 6.2.3).
  const isSpeltWithSlash = (identifier: string) => identifier === apiUrl.origin || apiUrl.pathname.endsWith('/');
  for (const identifier of identifiers) {
    const document = await read(insert(new URL(identifier), 'oauth-protected-resource'));
    if (!isRecord(document) || typeof document['resource'] !== 'string') continue;
    const spellings = [identifier, ...(isSpeltWithSlash(identifier) ? [`${identifier}/`] : [])];
    if (!spellings.includes(document['resource'])) {
      refusal ??= new CliError('auth', `${identifier} publishes metadata of another API: ${document['resource'].slice(0, 200)}`, {
        hint: 'check the URL of the API, or name the sign-in server with --issuer',
      });
      continue;
    }
    const [issuer] = Array.isArray(document['authorization_servers']) ? document['authorization_servers'] : [];
    if (typeof issuer === 'string') return { issuer };
  }
  return refusal ? { refusal } : {};
}

/** OpenID Connect Discovery 4: the well-known part comes after the path. */
function append(issuer: URL, name: string): URL {
  return new URL(`${issuer.origin}${issuer.pathname.replace(/\/$/, '')}/.well-known/${name}`);
}

/** RFC 8414 section 3.1 and RFC 9728 section 3.1: the well-known part comes between host and path. */
function insert(identifier: URL, name: string): URL {
  return new URL(`${identifier.origin}/.well-known/${name}${identifier.pathname.replace(/\/$/, '')}`);
}

async function readDocument(http: HttpClient, url: URL, signal: AbortSignal | undefined, instead: Instead): Promise<unknown> {
  try {
    const response = await http.send({ method: 'GET', url, headers: { accept: 'application/json' } }, signal);
    const state = instanceState(response);
    if (state === 'without database')
      throw new CliError('unavailable', `the sign-in server at ${url.origin} cannot reach its database`, {
        hint: 'run it again when its operator has cured that',
        status: response.status,
      });
    if (state === 'blocked') {
      throw new CliError('forbidden', `the instance at ${url.origin} is blocked`, {
        hint: 'this lasts until its operator ends it: running it again changes nothing',
        status: response.status,
      });
    }
    if (response.status === 429 || (response.status >= 500 && response.status !== 501)) {
      throw new CliError('unavailable', `${url.origin} cannot say where to sign in at the moment (status ${response.status})`, {
        hint: whenToComeBack(response) ?? 'run it again in a while',
        status: response.status,
        retryAfter: secondsToWait(response),
      });
    }
    if (NOT_THERE.has(response.status)) {
      instead.words ??= readProblem(response).detail;
      return undefined;
    }
    const document = response.status === 200 ? parseJson(response.body) : undefined;
    if (document === undefined) instead.refusal ??= otherAnswer(response);
    return document;
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.kind !== 'redirect') throw toCliError(error);
    instead.refusal ??= new CliError('unavailable', `${url.origin} does not say where to sign in: ${error.message}`, { hint: WAYS_ON });
    return undefined;
  }
}

/** What servers say of an address that they do not have. */
const NOT_THERE: ReadonlySet<number> = new Set([404, 405, 410, 501]);

const WAYS_ON = helpWith(
  'a network may want you to sign in to it first, in a browser; else name the sign-in server with --issuer, or sign in with a token',
  ...['login', '--with-token'],
);

/** An answer that says neither where to sign in nor that there is no such place: of a portal, a wall, another product. */
function otherAnswer(response: HttpResponse): CliError {
  const { status, url } = response;
  const what = isWebPage(response) ? 'a web page' : (readProblem(response).detail ?? 'something else');
  const code = status === 403 ? 'forbidden' : status === 401 ? 'auth' : 'unavailable';
  return new CliError(code, `${url.origin} does not say where to sign in: it answers with ${what} (status ${status})`, {
    hint: WAYS_ON,
    status,
  });
}
