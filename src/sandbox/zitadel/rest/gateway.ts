import { type DescMethod, getOption, type Message, toJsonString } from '@bufbuild/protobuf';
import { options as v2Options } from '@zitadel/proto/zitadel/protoc_gen_zitadel/v2/options_pb';
import { type Answer, type FrontEnd, type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { metadataOf } from '../http/metadata.ts';
import { StatusError } from '../status.ts';
import { requestMessage } from './request-message.ts';
import { findRoute } from './routes.ts';

/** REST in front of the service, as grpc-gateway does it with ZITADEL's settings (contract sections 1 and 2.1). */
export function createRestGateway(options: FrontEndOptions): FrontEnd {
  return async ({ verb, target, headers, body }) => {
    const { path, query } = splitTarget(target);
    if (path.startsWith('/debug/')) return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
    const found = findRoute(verb, path);
    if (found === undefined) return json(404, { code: 5, message: 'Not Found' });
    if (found === 'wrong verb') return json(405, { code: 12, message: 'Method Not Allowed' });
    const { route, variables } = found;
    const outcome = await outcomeOf(async () => {
      const message = requestMessage(route, { variables, query: new URLSearchParams(query), body });
      return options.service(route.method, message, metadataOf(headers));
    }, options);
    return outcome instanceof StatusError ? refuse(outcome) : succeed(route.method, outcome);
  };
}

/** Zero values are left out, 64-bit numbers are texts: what the JSON of protocol buffers does by itself. */
function succeed(method: DescMethod, output: Message): Answer {
  const status = getOption(method, v2Options).httpResponse?.successCode || 200;
  return { status, headers: JSON_TYPE, body: toJsonString(method.output, output) };
}

function refuse({ code, message, text, id, httpStatus }: StatusError): Answer {
  const detail = { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', ...(id ? { id } : {}), message: text };
  const answer = json(httpStatus, { code, message, ...(id === undefined ? {} : { details: [detail] }) });
  return httpStatus === 401 ? { ...answer, headers: { ...answer.headers, 'www-authenticate': message } } : answer;
}

const JSON_TYPE = { 'content-type': 'application/json' };

function json(status: number, document: object): Answer {
  return { status, headers: JSON_TYPE, body: JSON.stringify(document) };
}

/** The decoded path, and the query. A path that cannot be decoded is taken unchanged. */
function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const start = target.indexOf('?');
  const [path, query] = start < 0 ? [target, ''] : [target.slice(0, start), target.slice(start + 1)];
  try {
    return { path: decodeURIComponent(path), query };
  } catch {
    return { path, query };
  }
}
