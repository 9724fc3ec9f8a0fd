import { toBinary } from '@bufbuild/protobuf';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { StatusError, type StatusName } from '../status.ts';
import type { Protocol } from './protocol.ts';
import { base64, errorDetail } from './status-details.ts';

/** Connect's unary calls (https://connectrpc.com/docs/protocol): the message is the body, and an error is JSON with a status of HTTP. */
export const connect: Protocol = {
  mediaTypes: { 'application/json': 'json', 'application/proto': 'proto' },
  needsHttp2: false,
  messageBytes: (body, headers) => {
    const version = headers['connect-protocol-version'];
    if (version !== undefined && version !== '1') {
      throw new StatusError('InvalidArgument', `connect-protocol-version must be "1": got "${version}"`);
    }
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      throw new StatusError('Unimplemented', `unknown compression "${encoding}": supported encodings are identity`);
    return body;
  },
  succeed: (message, mediaType) => ({ status: 200, headers: { 'content-type': mediaType }, body: message }),
  refuse: (error) => {
    const { status, message, httpStatus } = error;
    const detail = errorDetail(error);
    const value = detail && base64(toBinary(ErrorDetailSchema, detail));
    const details = value === undefined ? {} : { details: [{ type: ErrorDetailSchema.typeName, value }] };
    return {
      status: httpStatus,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: codeName(status), message, ...details }),
    };
  },
};

/** `already_exists` for `AlreadyExists`. */
function codeName(status: StatusName): string {
  return status.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase();
}
