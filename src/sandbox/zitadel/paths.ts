const PATHS = /^\/(?:(?:management\/v1|admin\/v1|system\/v1|v2)\/|zitadel\.[\w.]+\/|debug\/(?:healthz|ready)(?:\?|$))/;

/** Whether a request target is one of ZITADEL's APIs, or asks how its server does. */
export function isZitadelPath(target: string): boolean {
  return PATHS.test(target);
}

/** Whether a request with that content type is one of gRPC over HTTP/2, to whatever service. */
export function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(?:[+;]|$)/i.test(contentType ?? '');
}
