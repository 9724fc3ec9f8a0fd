const PATHS = /^\/{1,2}(?:(?:(?:management|admin|auth|system)\/v1|v2|v2beta|v3|debug)(?:[/?]|$)|zitadel\.[\w.]+\/)/;

/** What an instance has at its host beside the APIs: the endpoints of OAuth and OpenID with the pages of its login, and metadata. */
const SIGN_IN_PATHS = /^\/(?:oauth\/v2\/|oidc\/v1\/|ui\/login\/|device(?:\?|$))/;
const METADATA_PATHS = /^\/\.well-known\//;

/** Whether a request target is one of ZITADEL's APIs, or asks how its server does. */
export function isZitadelPath(target: string): boolean {
  return PATHS.test(target);
}

/** Whether a request target is one of the system API, which is above all instances. */
export function isSystemPath(target: string): boolean {
  return /^\/{1,2}(?:system\/v1\/|zitadel\.system\.)/.test(target);
}

/** Whether a request target is something of OAuth at the host of an instance. */
export function isInstanceHostPath(target: string): boolean {
  return isSignInPath(target) || METADATA_PATHS.test(target);
}

/** Whether a request target is an endpoint or a page of ZITADEL's sign-in, which no other server here has. */
export function isSignInPath(target: string): boolean {
  return SIGN_IN_PATHS.test(target);
}

/** Whether a request with that content type is one of gRPC over HTTP/2, to whatever service. */
export function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(?:[+;]|$)/i.test(contentType ?? '');
}
