const PATHS = /^\/{1,2}(?:(?:(?:management|admin|auth|system)\/v1|v2|v2beta|v3|debug)(?:[/?]|$)|zitadel\.[\w.]+\/)/;

/** What an instance has at its host beside the APIs: metadata of OAuth and OpenID, and their endpoints. */
const HOST_PATHS = /^\/(?:\.well-known|oauth\/v2|oidc\/v1)\//;

/** Whether a request target is one of ZITADEL's APIs, or asks how its server does. */
export function isZitadelPath(target: string): boolean {
  return PATHS.test(target);
}

/** Whether a request target is something of OAuth at the host of an instance. */
export function isInstanceHostPath(target: string): boolean {
  return HOST_PATHS.test(target);
}

/** Whether a request with that content type is one of gRPC over HTTP/2, to whatever service. */
export function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(?:[+;]|$)/i.test(contentType ?? '');
}
