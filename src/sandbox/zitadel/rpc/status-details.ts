import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { AnySchema, anyPack } from '@bufbuild/protobuf/wkt';
import { type ErrorDetail, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import type { StatusError } from '../status.ts';

/** ZITADEL's detail of an error: its id and bare text. Undefined for an error of gRPC itself, which has none. */
export function errorDetail({ id, text }: StatusError): ErrorDetail | undefined {
  return id === undefined ? undefined : create(ErrorDetailSchema, { id, message: text });
}

/** Code, message and details of the end of a call, as every kind of gRPC writes them. */
export function statusTrailers(error: StatusError): Record<string, string> {
  // Half a character, which no UTF-8 can hold, becomes U+FFFD on the way through bytes.
  const message = encodeURIComponent(Buffer.from(error.message).toString());
  const trailers = { 'grpc-status': String(error.code), 'grpc-message': message };
  const detail = errorDetail(error);
  return detail === undefined ? trailers : { ...trailers, 'grpc-status-details-bin': base64(statusMessage(error, detail)) };
}

/** The end of a call that went well. */
export const OK_TRAILERS = { 'grpc-status': '0' };

/** Without padding, as gRPC and Connect write bytes in texts. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

/** A `google.rpc.Status`, which the package has no schema of: code, message, details. */
function statusMessage({ code, message }: StatusError, detail: ErrorDetail): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int32(code).tag(2, WireType.LengthDelimited).string(message);
  return writer
    .tag(3, WireType.LengthDelimited)
    .bytes(toBinary(AnySchema, anyPack(ErrorDetailSchema, detail)))
    .finish();
}
