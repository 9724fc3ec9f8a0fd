import type { DescMethod, DescMethodBiDiStreaming, DescMethodUnary } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { isHttp2, type Request, type Response } from '../../exchange.ts';
import { BODY_LIMIT, readBody } from '../../flowkiwi/request-body.ts';
import { type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { type HeaderFields, headerFieldsOf, type Outcome } from '../http/header-fields.ts';
import { jsonText } from '../http/json-message.ts';
import { metadataOf } from '../http/metadata.ts';
import { isGrpc } from '../paths.ts';
import { isV2 } from '../services.ts';
import { StatusError } from '../status.ts';
import { ALL_SERVICES, reflect } from './reflection.ts';

/** Answers a request under the name of a method (`/SERVICE/METHOD`). */
export type RpcGateway = (request: Request, response: Response) => Promise<void>;

/** What goes with a status: RFC 9110 section 15.5.6 wants the first, ZITADEL's own server says the second as well. */
const HEADERS_OF_STATUS: ReadonlyMap<number, HeaderFields> = new Map([
  [405, { allow: 'POST' }],
  [415, { 'accept-post': 'application/grpc, application/grpc-web, application/json, application/proto' }],
]);

const ROUTER_OPTIONS = { acceptCompression: [compressionGzip], readMaxBytes: BODY_LIMIT, jsonOptions: { ignoreUnknownFields: true } };

/** The methods by their paths. */
const METHODS: ReadonlyMap<string, DescMethod> = new Map(
  ALL_SERVICES.flatMap(({ methods }) => methods).map((method) => [`/${method.parent.typeName}/${method.name}`, method]),
);

/**
 * The services in gRPC, gRPC-Web and Connect, and server reflection. An unknown method is refused at once, before the end of the request,
 * because the client of a stream may never end it.
 */
export function createRpcGateway(options: FrontEndOptions): RpcGateway {
  const handlers = new Map<string, UniversalHandler>();

  // There are hundreds of methods, and a client calls a few: each is set up by its first call.
  function handlerOf(path: string): UniversalHandler | undefined {
    const method = METHODS.get(path);
    const handler = handlers.get(path) ?? (method && createHandler(method, options));
    if (handler !== undefined) handlers.set(path, handler);
    return handler;
  }

  return async (request, response) => {
    const {
      method: verb = 'GET',
      url: target = '/',
      headers: { 'content-type': contentType, origin },
    } = request;
    const path = target.split('?', 1)[0] ?? '';
    const version = options.switches().zitadel;
    const fields = (outcome: Outcome) => headerFieldsOf({ outcome, isV2: false, version, origin, now: options.clock.now() });
    const isOnConnect = version === '4.0' && ALL_SERVICES.some((service) => path.startsWith(`/${service.typeName}/`) && isV2(service));
    if (!contentType?.startsWith('application/grpc') && !isOnConnect) return refuseRoute(response, fields('undecoded'));
    const handler = handlerOf(path);
    if (handler === undefined) return refuseUnknown(path, request, response, fields('undecoded'));
    const isStream = isBidiStream(handler.method);
    const left = new AbortController();
    response.once('close', () => left.abort());
    const answer = await handler({
      httpVersion: isHttp2(request) ? '2.0' : '1.1',
      method: verb,
      url: `http://localhost${path}`,
      header: headersOf(request),
      body: isStream ? chunksOf(request) : messageOf(request),
      signal: left.signal,
    });
    const own = Object.fromEntries(answer.header ?? []);
    await send(answer, response, {
      headers: { ...fields(answer.status === 200 ? 'refusal' : 'undecoded'), ...HEADERS_OF_STATUS.get(answer.status), ...own },
      isStream,
    });
  };
}

function createHandler(method: DescMethod, options: FrontEndOptions): UniversalHandler | undefined {
  const router = createConnectRouter(ROUTER_OPTIONS);
  if (isBidiStream(method)) router.rpc(method, reflect);
  if (isUnary(method)) {
    router.rpc(method, async (request, { requestHeader }) => {
      const metadata = metadataOf(Object.fromEntries(requestHeader));
      const outcome = await outcomeOf(() => options.service(method, request, metadata), options);
      if (outcome instanceof StatusError) throw connectError(outcome);
      return outcome;
    });
  }
  return router.handlers[0];
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

export function isBidiStream(method: DescMethod): method is DescMethodBiDiStreaming {
  return method.methodKind === 'bidi_streaming';
}

/** What the gateway of REST says at a path that it does not know; no path of Connect is one of it. */
function refuseRoute(response: Response, headers: HeaderFields): void {
  response.writeHead(404, { ...headers, 'content-type': 'application/json' });
  response.end(JSON.stringify({ code: 5, message: 'Not Found' }));
}

/** gRPC's own words for a method that is not there, as a status without a message; in Connect there is nothing at such a path. */
async function refuseUnknown(path: string, request: Request, response: Response, headers: HeaderFields): Promise<void> {
  const [, service = '', method = ''] = path.split('/');
  const isKnown = ALL_SERVICES.some(({ typeName }) => typeName === service);
  const contentType = request.headers['content-type'] ?? '';
  if (isGrpc(contentType)) {
    const message = isKnown ? `unknown method ${method} for service ${service}` : `unknown service ${service}`;
    const status = { 'grpc-status': String(Code.Unimplemented), 'grpc-message': encodeURIComponent(message) };
    response.writeHead(200, { ...headers, 'content-type': contentType, ...status });
    response.end();
  } else {
    response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
    response.end('404 page not found\n');
  }
}

function connectError(error: StatusError): ConnectError {
  // Half a character, which no UTF-8 can hold, becomes U+FFFD on the way through bytes.
  const message = Buffer.from(error.message).toString();
  const details = error.id === undefined ? [] : [{ desc: ErrorDetailSchema, value: { id: error.id, message: error.text } }];
  return new ConnectError(message, error.code, undefined, details);
}

function headersOf({ headers }: Request): Headers {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  return new Headers(entries.map(([name, value]): [string, string] => [name, String(value)]));
}

/** The body of a call with one message. One that is not JSON is refused here: the library's words would quote it, secrets and all. */
async function* messageOf(request: Request): AsyncIterable<Uint8Array> {
  const body = await readBody(request);
  if (body === undefined) throw new ConnectError(`message is larger than ${BODY_LIMIT} bytes`, Code.ResourceExhausted);
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  if (type.startsWith('application/json') && encoding === undefined) checkJson(body);
  yield body;
}

function checkJson(body: Buffer): void {
  try {
    jsonText(body);
  } catch (error) {
    throw error instanceof StatusError ? connectError(error) : error;
  }
}

async function* chunksOf(request: Request): AsyncIterable<Uint8Array> {
  for await (const chunk of request) if (chunk instanceof Uint8Array) yield chunk;
}

/** Sends one message in one piece, and the messages of a stream as they come. */
async function send(
  { status, body, trailer }: UniversalServerResponse,
  response: Response,
  { headers, isStream }: { readonly headers: HeaderFields; readonly isStream: boolean },
): Promise<void> {
  const chunks: Uint8Array[] = [];
  response.writeHead(status, headers);
  for await (const chunk of body ?? chunks) {
    if (isStream) await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
    else chunks.push(chunk);
  }
  if (trailer !== undefined) response.addTrailers(Object.fromEntries(trailer));
  response.end(Buffer.concat(chunks));
}
