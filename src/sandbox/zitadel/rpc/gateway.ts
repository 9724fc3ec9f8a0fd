import type { DescMethod, DescMethodBiDiStreaming, DescMethodUnary } from '@bufbuild/protobuf';
import { Code, ConnectError, createConnectRouter } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerResponse } from '@connectrpc/connect/protocol';
import { compressionGzip } from '@connectrpc/connect-node';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { isHttp2, type Request, type Response } from '../../exchange.ts';
import { BODY_LIMIT, readBody } from '../../flowkiwi/request-body.ts';
import { type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { jsonText } from '../http/json-message.ts';
import { metadataOf } from '../http/metadata.ts';
import { isGrpc } from '../paths.ts';
import { StatusError } from '../status.ts';
import { ALL_SERVICES, reflect } from './reflection.ts';

type HeaderFields = Readonly<Record<string, string>>;

/** Answers a request under the name of a method (`/SERVICE/METHOD`). The answer has `headers` beside its own. */
export type RpcGateway = (request: Request, response: Response, headers: HeaderFields) => Promise<void>;

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

  return async (request, response, headers) => {
    const { method: verb = 'GET', url: target = '/' } = request;
    const path = target.split('?', 1)[0] ?? '';
    const handler = handlerOf(path);
    if (handler === undefined) return refuseUnknown(path, request, response, headers);
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
    await send(answer, response, { headers: { ...headers, ...HEADERS_OF_STATUS.get(answer.status), ...own }, isStream });
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
