import type { DescMethod } from '@bufbuild/protobuf';
import { type Answer, type FrontEnd, type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { metadataOf } from '../http/metadata.ts';
import { SERVICES } from '../services.ts';
import { StatusError } from '../status.ts';
import { connect } from './connect.ts';
import { grpc } from './grpc.ts';
import { grpcWeb } from './grpc-web.ts';
import { MESSAGE_FORMATS } from './message-format.ts';

const DIALECTS = [grpc, grpcWeb, connect].flatMap((protocol) =>
  Object.entries(protocol.mediaTypes).map(([mediaType, format]) => ({ mediaType, protocol, format: MESSAGE_FORMATS[format] })),
);

/**
 * The service under the names of its methods (`/SERVICE/METHOD`), in each protocol that ZITADEL's own clients speak: the content type
 * of the request says which one, and how its messages are written.
 */
export function createRpcGateway(options: FrontEndOptions): FrontEnd {
  return async ({ verb, target, headers, body, isHttp2 }) => {
    if (verb !== 'POST') return plain(405, { allow: 'POST' });
    const mediaType = mediaTypeOf(headers['content-type']);
    const dialect = DIALECTS.find((candidate) => candidate.mediaType === mediaType);
    if (dialect === undefined) return plain(415, { 'accept-post': DIALECTS.map((known) => known.mediaType).join(', ') });
    const { protocol, format } = dialect;
    if (protocol.needsHttp2 && !isHttp2) return plain(505, {}, 'gRPC requires HTTP/2');
    const outcome = await outcomeOf(async () => {
      const method = findMethod(target);
      if (body === undefined) throw new StatusError('ResourceExhausted', 'grpc: received message larger than max');
      const request = format.read(method.input, protocol.messageBytes(body, headers));
      return format.write(method.output, await options.service(method, request, metadataOf(headers)));
    }, options);
    return outcome instanceof StatusError ? protocol.refuse(outcome, mediaType) : protocol.succeed(outcome, mediaType);
  };
}

/** The content type in small letters, without its parameters. */
function mediaTypeOf(contentType = ''): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function findMethod(target: string): DescMethod {
  const [path = ''] = target.split('?', 1);
  const [, service = '', name = ''] = path.split('/');
  const methods = SERVICES.find((candidate) => candidate.service.typeName === service)?.service.methods;
  if (methods === undefined) throw new StatusError('Unimplemented', `unknown service ${service}`);
  const method = methods.find((candidate) => candidate.name === name);
  if (method === undefined) throw new StatusError('Unimplemented', `unknown method ${name} for service ${service}`);
  return method;
}

function plain(status: number, headers: Readonly<Record<string, string>>, body = ''): Answer {
  return { status, headers: body === '' ? headers : { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body };
}
