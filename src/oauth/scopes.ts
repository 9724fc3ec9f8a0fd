import type { DiscoveredServer } from './server-metadata.ts';

/** The scopes of OpenID Connect Core (5.4, 11): what they give is welcome, but no API call depends on them. */
const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

/**
 * The scopes to ask for. Those of OpenID Connect are left out when the server lists its scopes without them, because some servers refuse
 * a request over them; others are always kept, because a server need not list those (RFC 8414 section 2; ZITADEL's URNs). Pure.
 */
export function scopesToRequest(wanted: readonly string[], { scopes_supported: supported }: DiscoveredServer): readonly string[] {
  return wanted.filter((scope) => supported === undefined || supported.includes(scope) || !OPENID_SCOPES.has(scope));
}
