import type { IncomingMessage } from 'node:http';
import { isIssuerHost, isOwnHost } from '../host-guard.ts';

/** OAuth 2.0 Protected Resource Metadata, RFC 9728 section 2. */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly [string];
  readonly bearer_methods_supported: readonly ['header'];
  readonly resource_name: string;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Resources of the sandbox by the path that follows its origin. */
const RESOURCE_PATHS = ['', '/api'];

/** Where the resource is asked for, and who signs in for it: origins, without a slash at their end. */
export interface ResourcePlace {
  readonly origin: string;
  readonly issuer: string;
}

/**
 * The document at that path of the sandbox, undefined when it is not a path of such a document. `resource` is character for character
 * the identifier that the path was made from (RFC 9728 section 3.3).
 */
export function protectedResourceMetadata({ origin, issuer }: ResourcePlace, path: string): ProtectedResourceMetadata | undefined {
  const resourcePath = RESOURCE_PATHS.find((candidate) => path === `${WELL_KNOWN}${candidate}`);
  if (resourcePath === undefined) return undefined;
  return {
    resource: `${origin}${resourcePath}`,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    resource_name: 'flowkiwi sandbox',
  };
}

/**
 * What the sandbox says of itself as a protected resource under the name `localhost`, where OpenID discovery is that of ZITADEL's instance:
 * people and machines of Flowkiwi sign in at the sandbox's issuer. Undefined for any other request.
 */
export function resourceUnderOtherName(
  { method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  issuer: string,
): ProtectedResourceMetadata | undefined {
  if (method !== 'GET' || isIssuerHost({ headers }, issuer) || !isOwnHost({ headers }, issuer)) return undefined;
  const [path = ''] = url.split('?', 1);
  return protectedResourceMetadata({ origin: `http://${headers.host?.toLowerCase()}`, issuer }, path);
}
