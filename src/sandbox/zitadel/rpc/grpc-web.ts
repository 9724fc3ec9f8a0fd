import { messageFrame, readMessageFrame, trailersFrame } from './frames.ts';
import type { Protocol } from './protocol.ts';
import { OK_TRAILERS, statusTrailers } from './status-details.ts';

/** gRPC-Web: gRPC for what cannot read trailers, which are a second frame here. Not its form in base64. */
export const grpcWeb: Protocol = {
  mediaTypes: { 'application/grpc-web': 'proto', 'application/grpc-web+proto': 'proto', 'application/grpc-web+json': 'json' },
  needsHttp2: false,
  messageBytes: readMessageFrame,
  succeed: (message, mediaType) => ({
    status: 200,
    headers: { 'content-type': mediaType },
    body: Buffer.concat([messageFrame(message), trailersFrame(OK_TRAILERS)]),
  }),
  refuse: (error, mediaType) => ({
    status: 200,
    headers: { 'content-type': mediaType },
    body: trailersFrame(statusTrailers(error)),
  }),
};
