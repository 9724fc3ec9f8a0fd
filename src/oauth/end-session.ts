import type { DiscoveredServer } from './server-metadata.ts';

/** The page that ends a session (OpenID Connect RP-Initiated Logout 1.0 section 2); undefined when the server names none. Pure. */
export function endSessionUrl(
  server: DiscoveredServer,
  { clientId, idToken }: { readonly clientId: string | undefined; readonly idToken: string | undefined },
): string | undefined {
  if (server.end_session_endpoint === undefined) return undefined;
  const url = new URL(server.end_session_endpoint);
  if (clientId !== undefined) url.searchParams.set('client_id', clientId);
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
  return url.href;
}
