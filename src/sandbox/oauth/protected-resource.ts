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

/**
 * The document at that path of the sandbox, undefined when it is not a path of such a document. `resource` is character for character
 * the identifier that the path was made from (RFC 9728 section 3.3): `issuer` is the origin, without a slash at its end.
 */
export function protectedResourceMetadata(issuer: string, path: string): ProtectedResourceMetadata | undefined {
  const resourcePath = RESOURCE_PATHS.find((candidate) => path === `${WELL_KNOWN}${candidate}`);
  if (resourcePath === undefined) return undefined;
  return {
    resource: `${issuer}${resourcePath}`,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    resource_name: 'flowkiwi sandbox',
  };
}
