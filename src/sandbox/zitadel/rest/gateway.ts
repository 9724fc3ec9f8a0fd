import { type DescMethod, getOption, type Message, toJsonString } from '@bufbuild/protobuf';
import { options as v2Options } from '@zitadel/proto/zitadel/protoc_gen_zitadel/v2/options_pb';
import { type Answer, type FrontEnd, type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { headerFieldsOf, type Outcome } from '../http/header-fields.ts';
import { metadataOf } from '../http/metadata.ts';
import { isV2 } from '../services.ts';
import { StatusError } from '../status.ts';
import { debugAnswer } from './debug.ts';
import { requestMessage } from './request-message.ts';
import { findRoute } from './routes.ts';

/** REST in front of the service, as grpc-gateway does it with ZITADEL's settings (contract sections 1 and 2.1). */
export function createRestGateway(options: FrontEndOptions): FrontEnd {
  return async ({ verb, target, headers, body, lacksDatabase }) => {
    const { path, query } = splitTarget(target);
    if (path.startsWith('//')) return { status: 301, headers: { location: target.slice(1) }, body: '' };
    if (path.startsWith('/debug')) return debugAnswer(path, lacksDatabase);
    const version = options.switches().zitadel;
    const fields = (outcome: Outcome, method?: DescMethod) =>
      headerFieldsOf({
        outcome,
        isV2: method !== undefined && isV2(method.parent),
        version,
        origin: headers.origin,
        now: options.clock.now(),
      });
    const undecoded = (answer: Answer): Answer => ({ ...answer, headers: { ...fields('undecoded'), ...answer.headers } });
    const found = findRoute(verb, path, version);
    if (found === undefined) return undecoded(unrouted(path));
    if (found === 'wrong verb') return undecoded(json(405, { code: 12, message: 'Method Not Allowed' }));
    const { route, variables } = found;
    const message = decoded(() => requestMessage(route, { variables, query: new URLSearchParams(query), body }));
    if (message instanceof StatusError) return undecoded(refuse(message));
    const outcome = await outcomeOf(() => options.service(route.method, message, metadataOf(headers, lacksDatabase)), options);
    const isRefused = outcome instanceof StatusError;
    const answer = isRefused ? refuse(outcome) : succeed(route.method, outcome);
    return { ...answer, headers: { ...fields(isRefused ? 'refusal' : 'success', route.method), ...answer.headers } };
  };
}

/** The root of an API is a bad request, everything else unknown. */
function unrouted(path: string): Answer {
  const isRoot = /^\/(?:management|admin|auth|system)\/v1$/.test(path);
  return isRoot ? json(400, { code: 3, message: 'Bad Request' }) : json(404, { code: 5, message: 'Not Found' });
}

function decoded(decode: () => Message): Message | StatusError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
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
