import { randomBytes } from 'node:crypto';
import type { Clock, PeerCheck } from '../edges.ts';
import { openBrowser } from './browser.ts';
import { listenForCallback } from './callback-server.ts';
import type { DiscoveredServer } from './server-metadata.ts';
import { withTimeLimit } from './time-limit.ts';

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

export interface EndSessionOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for the browser, in milliseconds. */
  readonly timeoutMs: number;
  readonly openUrl: (url: string) => Promise<boolean>;
  readonly isOwnPeer: PeerCheck | undefined;
  /** Shows the person the address, which leads to the page once; `opened` says whether a browser was started on it. */
  readonly announce: (address: string, opened: boolean) => Promise<void>;
}

/**
 * Leads a browser to the page by a one-time address, and resolves to whether one came. The port is closed whichever way it ends. Throws `auth`
 * when no port can be had, and the reason of an abort.
 */
export async function openEndSession(page: string, options: EndSessionOptions): Promise<boolean> {
  const { clock, signal, timeoutMs: milliseconds, openUrl, isOwnPeer, announce } = options;
  // No server is asked for an answer: none is right.
  const expected = { state: randomBytes(16).toString('base64url'), issuer: '', issExpected: true };
  const listener = await listenForCallback(expected, clock, { isOwnPeer });
  try {
    const address = listener.startAt(page);
    await announce(address, await openBrowser(address, { openUrl, clock, signal }, listener.started));
    return await withTimeLimit(
      () => listener.started.then(() => true),
      { clock, milliseconds, signal },
      () => false,
    );
  } finally {
    await listener.close();
  }
}
