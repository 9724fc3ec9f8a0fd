import { create, type DescMessage, type MessageInitShape, toBinary, toJson } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import type { Said } from './servers/scripted-server.ts';

/** An answer as the official descriptors write it. */
export function saidBy<S extends DescMessage>(schema: S, message: MessageInitShape<S>): Said {
  return { status: 200, json: toJson(schema, create(schema, message)) };
}

/** An error as ZITADEL's gateway sends it: with its id in the details, or without any (contract section 2.1). */
export function rpcError(status: number, code: number, text: string, id?: string): Said {
  if (id === undefined) return { status, json: { code, message: text } };
  const detail = toJson(ErrorDetailSchema, create(ErrorDetailSchema, { id, message: text }));
  const type = { '@type': `type.googleapis.com/${ErrorDetailSchema.typeName}` };
  return { status, json: { code, message: `${text} (${id})`, details: [{ ...type, ...(typeof detail === 'object' ? detail : {}) }] } };
}

/** An error as Connect sends it, with its id in the details, packed as its wire format (contract section 2.1). */
export function connectError(status: number, code: string, text: string, id: string): Said {
  const value = Buffer.from(toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { id, message: text })));
  const detail = { type: ErrorDetailSchema.typeName, value: value.toString('base64').replace(/=+$/, '') };
  return { status, json: { code, message: `${text} (${id})`, details: [detail] } };
}
