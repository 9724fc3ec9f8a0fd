import type { Request, Response } from '../exchange.ts';
import { answerWithoutDatabase, lacksDatabase } from '../faults/database-down.ts';
import { type RawBody, readBody } from '../flowkiwi/request-body.ts';
import { isHostOfInstance } from './calls/instance-of-call.ts';
import { createService, type ServiceOptions } from './calls/serve.ts';
import { metadataOf } from './http/metadata.ts';
import { isGrpc, isInstanceHostPath, isSystemPath } from './paths.ts';
import { createRestGateway } from './rest/gateway.ts';
import { createRpcGateway } from './rpc/gateway.ts';
import { createSignIn } from './sign-in/endpoints.ts';
import { sandboxSystemUserKey } from './store/system-users.ts';
import { prepareZitadelTables } from './store/tables.ts';

export interface ZitadelApiOptions extends ServiceOptions {
  /** Signs people in at instances without a page. */
  readonly autoApprove: boolean;
  /** Hears of failures that the client sees only as an internal error. */
  readonly onError: (error: unknown) => void;
}

export type ZitadelApi = (request: Request, response: Response) => Promise<void>;

/**
 * The APIs of ZITADEL that the tool needs, made from ZITADEL's own descriptors: REST, and gRPC, gRPC-Web and Connect under the names of
 * the services.
 * Loading this takes a third of a second, so it is imported by the first request for it. The system user `sandbox` exists from then on.
 * An answer is sent once everything that it tells of is on disk.
 */
export async function createZitadelApi(options: ZitadelApiOptions): Promise<ZitadelApi> {
  const { database, clock, switches, onError } = options;
  prepareZitadelTables(database);
  await sandboxSystemUserKey(database);
  const frontEndOptions = { service: createService(options), clock, switches, durable: () => database.durable(), onError };
  const [rest, rpc, signIn] = [
    createRestGateway(frontEndOptions),
    createRpcGateway(frontEndOptions),
    createSignIn({ ...options, durable: frontEndOptions.durable }),
  ];

  const ownHost = new URL(options.origin).hostname;

  /** What counts is the instance that the headers name, so their own `Host` is looked at where it does not, and where no instance is named. */
  const isForged = (target: string, headers: Request['headers']) => {
    const isNamedElsewhere = metadataOf(headers).instanceHost !== headers.host;
    return (isNamedElsewhere || isSystemPath(target)) && !isHostOfInstance(headers.host, { database, ownHost });
  };

  return async (request, response) => {
    const { method: verb = 'GET', url: target = '/', headers } = request;
    if (isForged(target, headers)) return refuseHost(request, response);
    const isRpc = target.startsWith('/zitadel.') || isGrpc(headers['content-type']);
    if (isRpc) return lacksDatabase(request) ? answerWithoutDatabase(request, response) : rpc(request, response);
    let body: RawBody;
    try {
      body = await readBody(request);
    } catch {
      response.destroy(); // The client went away in the middle of its request.
      return;
    }
    const answerTo = isInstanceHostPath(target) ? signIn : rest;
    const answer = await answerTo({ verb, target, headers, body, lacksDatabase: lacksDatabase(request) });
    response.writeHead(answer.status, { 'content-length': String(Buffer.byteLength(answer.body)), ...answer.headers });
    response.end(answer.body);
  };
}

/** A page that had its own name resolved to this machine (DNS rebinding) sends that name, and could say in another header whom it means. */
function refuseHost(request: Request, response: Response): void {
  request.resume();
  const text = JSON.stringify({ code: 7, message: 'The Host of the request is neither the sandbox nor one of its instances.' });
  response.writeHead(403, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
}
