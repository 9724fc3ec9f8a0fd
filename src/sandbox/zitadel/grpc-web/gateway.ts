import { create, type DescMethod, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { AnySchema, anyPack } from '@bufbuild/protobuf/wkt';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import type { RawBody } from '../../flowkiwi/request-body.ts';
import { type FrontEnd, type FrontEndOptions, outcomeOf } from '../http/front-end.ts';
import { metadataOf } from '../http/metadata.ts';
import { SERVICES } from '../services.ts';
import { StatusError } from '../status.ts';
import { messageFrame, readMessageFrame, trailersFrame } from './frames.ts';

/** gRPC-Web in front of the service, in its binary form: what ZITADEL's own clients for JavaScript speak over HTTP/1.1. */
export function createGrpcWebGateway(options: FrontEndOptions): FrontEnd {
  return async ({ verb, target, headers, body }) => {
    if (verb !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: '' };
    if (!/^application\/grpc-web(?:\+proto)?$/.test(headers['content-type'] ?? '')) return { status: 415, headers: {}, body: '' };
    const method = findMethod(target);
    const outcome = await outcomeOf(async () => {
      if (method === undefined) throw new StatusError('Unimplemented', `unknown method ${target}`);
      return options.service(method, readMessage(method, body), metadataOf(headers));
    }, options);
    const content = outcome instanceof StatusError ? trailersFrame(trailersOf(outcome)) : succeed(method, outcome);
    return { status: 200, headers: { 'content-type': 'application/grpc-web+proto' }, body: content };
  };
}

function findMethod(target: string): DescMethod | undefined {
  const [, service, method] = target.split('/');
  const found = SERVICES.find((candidate) => candidate.service.typeName === service);
  return found?.service.methods.find(({ name }) => name === method);
}

function readMessage(method: DescMethod, body: RawBody): Message {
  if (body === undefined) throw new StatusError('ResourceExhausted', 'grpc: received message larger than max');
  const bytes = readMessageFrame(body);
  try {
    if (bytes !== undefined) return fromBinary(method.input, bytes);
  } catch {
    // Said below, as for a body that is no frame.
  }
  throw new StatusError('Internal', 'grpc: error unmarshalling request');
}

function succeed(method: DescMethod | undefined, output: Message): Uint8Array {
  if (method === undefined) return trailersFrame({ 'grpc-status': '0' });
  return Buffer.concat([messageFrame(toBinary(method.output, output)), trailersFrame({ 'grpc-status': '0' })]);
}

/** The status with its details, as every kind of gRPC writes it. */
function trailersOf(error: StatusError): Record<string, string> {
  const trailers = { 'grpc-status': String(error.code), 'grpc-message': encodeURIComponent(error.message) };
  if (error.id === undefined) return trailers;
  return { ...trailers, 'grpc-status-details-bin': Buffer.from(statusOf(error)).toString('base64').replace(/=+$/, '') };
}

/** A `google.rpc.Status`, which the package has no schema of: code, message, details. */
function statusOf({ code, message, text, id = '' }: StatusError): Uint8Array {
  const detail = anyPack(ErrorDetailSchema, create(ErrorDetailSchema, { id, message: text }));
  const writer = new BinaryWriter().tag(1, WireType.Varint).int32(code).tag(2, WireType.LengthDelimited).string(message);
  return writer.tag(3, WireType.LengthDelimited).bytes(toBinary(AnySchema, detail)).finish();
}
