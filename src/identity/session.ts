import { CliError, isCliError, withHint } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { problemToCliError, readJson } from '../http/problem.ts';
import { isRefusal, leavesOpen } from '../http/refusal.ts';
import { TransportError, toCliError } from '../http/transport-error.ts';
import { openOutcome, unknownOutcome, unreadOutcome } from '../http/unknown-outcome.ts';
import type { Credential } from './credential.ts';
import { interruptedWith } from './look-for-lost.ts';
import { type ApiRequest, type BareOperation, idInLocation, type Made, type Operation, requestUrl } from './operation.ts';

/** What is particular to the requests and the answers of one API. All functions are pure. */
export interface Dialect {
  /** Sent with every request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Content type of a JSON body. */
  readonly bodyType: (method: HttpRequest['method']) => string;
  /** Whether an answer 404 is the API's own, and not that of a router, a web page or another product. */
  readonly isOwn404: (response: HttpResponse) => boolean;
  /** An error answer as the API means it, where the status that it sends says something else. */
  readonly unwrapError?: (response: HttpResponse) => HttpResponse;
  /** Whether an answer stays unchanged however often one asks, although its status says that it passes. */
  readonly isPermanent?: (response: HttpResponse) => boolean;
  /** Says more about an error than its status does; undefined leaves the general one. An operation's own `refused` comes before it. */
  readonly refused?: (response: HttpResponse, error: CliError) => CliError | undefined;
}

export interface SessionOptions {
  readonly http: HttpClient;
  /** Base URL of the API. */
  readonly url: URL;
  readonly credential: Credential;
  readonly signal: AbortSignal;
  /**
   * Whether there is an API at the URL; asked when a path does not exist there. Absent where all paths are those that are documented: then
   * there is none.
   */
  readonly isApi?: (() => Promise<boolean>) | undefined;
  /** Told of something that was created and cannot be read. */
  readonly onUnread?: ((message: string) => void) | undefined;
  /** Does the work of an action, which is named in the imperative for a person who waits. */
  readonly during?: (<T>(action: string, work: () => Promise<T>) => Promise<T>) | undefined;
}

const CREATED = 201;

/** Carries operations out: adds the base URL, the headers of the dialect and the credential, sends, and maps failures to `CliError`. */
export interface Session {
  readonly run: <T>(operation: Operation<T>) => Promise<T>;
  /** An operation whose answer is nothing but its status. */
  readonly perform: (operation: BareOperation) => Promise<void>;
  /** An operation whose answer of success is handed over unread. */
  readonly answer: (operation: BareOperation) => Promise<HttpResponse>;
  /** The answer itself, whatever its status; a token that was refused is renewed once. */
  readonly send: (request: ApiRequest) => Promise<HttpResponse>;
  /** The request as `send` would hand it to the transport, with this for a token. Sends nothing. */
  readonly preview: (request: ApiRequest, token: string) => HttpRequest;
  /** Throws `usage` for an answer of `send` that tells of a wrong URL: a 404 of something else than the API. */
  readonly assertOwn: (response: HttpResponse, action: string) => Promise<void>;
}

export function createSession(options: SessionOptions, dialect: Dialect): Session {
  const { http, url, credential, signal, isApi, onUnread, during = (_, work) => work() } = options;

  async function send(
    request: ApiRequest,
    named: { readonly action?: string; readonly onSending?: () => void } = {},
  ): Promise<HttpResponse> {
    const { action, onSending } = named;
    const token = await during('get the access token', () => credential.accessToken());
    signal.throwIfAborted();
    onSending?.();
    const sent = (by: string) => (action === undefined ? exchange(request, by) : during(action, () => exchange(request, by)));
    const response = await sent(token);
    if (response.status !== 401) return response;
    const renewed = await during('renew the access token', () => credential.renew(token, response));
    return renewed === undefined ? response : sent(renewed);
  }

  async function exchange(request: ApiRequest, token: string): Promise<HttpResponse> {
    const response = await http.send(httpRequest(url, request, token, dialect), signal);
    return dialect.unwrapError?.(response) ?? response;
  }

  async function answer({ action, request, refused, ifLost, creates }: BareOperation): Promise<HttpResponse> {
    let response: HttpResponse;
    let sending = false;
    try {
      const onSending = () => {
        sending = true;
      };
      // What is to be created has its name there.
      response = await send(request, { action: creates && !creates.done ? `create ${creates.creating}` : action, onSending });
    } catch (error) {
      // A person who stops a create that is under way has to know that it may have happened.
      if (creates && sending && signal.aborted) {
        throw interruptedWith(signal.reason, { message: openOutcome(creates), hint: creates.check });
      }
      if (!(error instanceof TransportError)) throw error;
      const failure = toCliError(error, creates);
      throw ifLost !== undefined && error.mayHaveBeenReceived ? withHint(failure, ifLost) : failure;
    }
    if (response.status >= 200 && response.status <= 299) return response;
    const { source, remedy } = credential;
    if (response.status === 431) throw await tooLarge(action);
    // A router that decodes a slash in an id looks for another path.
    if (!/%2f/i.test(request.path)) await assertOwn(response, action);
    const error = problemToCliError(response, { action, credential: source, remedy, creation: creates });
    if (error.code === 'unknown_outcome') throw error;
    if (ifLost !== undefined && leavesOpen(response)) throw withHint(error, ifLost);
    throw refused?.(response, error) ?? dialect.refused?.(response, error) ?? error;
  }

  async function assertOwn(response: HttpResponse, action: string): Promise<void> {
    if (response.status !== 404 || dialect.isOwn404(response) || (await isApi?.())) return;
    const { wrongAddress } = await import('./wrong-address.ts');
    throw wrongAddress(response, { action, base: url });
  }

  /** RFC 6585 section 5. The token is what makes headers large. */
  async function tooLarge(action: string): Promise<CliError> {
    const { length } = await credential.accessToken();
    return new CliError('invalid', `cannot ${action}: the server takes no headers of this size, and the token alone has ${length} bytes`, {
      hint: 'get a token with fewer scopes, roles or groups in it',
      status: 431,
    });
  }

  async function run<T>(operation: Operation<T>): Promise<T> {
    const { action, interpret, parse, creates } = operation;
    const response = await answer(operation);
    try {
      const value = interpret(readJson(response, undefined, parse));
      if (value !== undefined) return value;
      throw new CliError('unavailable', `${url.origin} answered with something else than the API documents (could not ${action})`, {
        hint: 'check the URL of the profile or FLOWKIWI_URL; --debug shows the exchange',
        status: response.status,
      });
    } catch (error) {
      // The server said yes, but what it made cannot be read.
      if (creates === undefined || !isCliError(error)) throw error;
      const details = { status: error.status, requestId: error.requestId, cause: error };
      if (response.status !== CREATED) throw unknownOutcome(creates, error.message, details);
      const id = idInLocation(response, operation.request);
      const made = id === undefined ? undefined : operation.made?.(id);
      if (made === undefined) throw unreadOutcome(creates, error.message, details);
      return readAgain(made, { created: `${creates.creating} was created as ${id}`, why: error.message });
    }
  }

  /** What a create has made whose answer could not be read, read again; as far as it is known when it cannot be read either. */
  async function readAgain<T>({ read, known }: Made<T>, { created, why }: { readonly created: string; readonly why: string }): Promise<T> {
    try {
      return await run(read);
    } catch (error) {
      if (signal.aborted) throw interruptedWith(signal.reason, { message: created, hint: undefined });
      if (!isCliError(error)) throw error;
      onUnread?.(`${created}, but ${why}`);
      return known;
    }
  }

  async function perform(operation: BareOperation): Promise<void> {
    const response = await answer(operation);
    // A page of a proxy or a portal would be an answer of somebody else.
    if (response.body.trim() !== '') readJson(response);
  }

  const preview = (request: ApiRequest, token: string) => httpRequest(url, request, token, dialect);

  return { run, perform, answer, send: (request) => send(request), preview, assertOwn };
}

/** A character that no header value has (RFC 9110 section 5.5). */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws `invalid` for a value that cannot be sent: an id of a server or of a person stands in some of them. */
function assertSendable(headers: Readonly<Record<string, string>>): void {
  const [name, value] = Object.entries(headers).find(([, text]) => UNSENDABLE.test(text)) ?? [];
  if (value === undefined) return;
  throw new CliError('invalid', `${JSON.stringify(value.slice(0, 200))} cannot be sent in the header ${name}`, {
    hint: 'where it stands for an organization or an instance, it has to be the id',
  });
}

function httpRequest(base: URL, request: ApiRequest, token: string, { headers: common, bodyType, isPermanent }: Dialect): HttpRequest {
  const { method, json, safe = false, onSending } = request;
  const body = json === undefined ? request.body : JSON.stringify(json);
  const type = body === undefined ? {} : { 'content-type': bodyType(method) };
  const named = { ...type, ...common, ...request.headers };
  assertSendable(named);
  const headers = { ...named, authorization: `Bearer ${token}` };
  return { method, url: requestUrl(base, request), headers, body, safe, isPermanent, isRefusal, ...(onSending && { onSending }) };
}
