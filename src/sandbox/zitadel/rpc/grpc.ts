import { messageFrame, readMessageFrame } from './frames.ts';
import type { Protocol } from './protocol.ts';
import { OK_TRAILERS, statusTrailers } from './status-details.ts';

/** gRPC over HTTP/2: a frame for the message, the status in trailers. */
export const grpc: Protocol = {
  mediaTypes: { 'application/grpc': 'proto', 'application/grpc+proto': 'proto', 'application/grpc+json': 'json' },
  needsHttp2: true,
  messageBytes: readMessageFrame,
  succeed: (message, mediaType) => ({
    status: 200,
    headers: { 'content-type': mediaType },
    body: messageFrame(message),
    trailers: OK_TRAILERS,
  }),
  refuse: (error, mediaType) => ({
    status: 200,
    headers: { 'content-type': mediaType },
    body: '',
    trailers: statusTrailers(error),
  }),
};
