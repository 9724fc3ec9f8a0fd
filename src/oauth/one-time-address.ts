import { randomBytes } from 'node:crypto';
import type { Clock, PeerCheck } from '../edges.ts';
import { openBrowser } from './browser.ts';
import { listenForCallback } from './callback-server.ts';
import { withTimeLimit } from './time-limit.ts';

export interface OneTimeAddressOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for the browser, in milliseconds. */
  readonly timeoutMs: number;
  /** Starts a browser; undefined when none is to be started. */
  readonly openUrl: ((url: string) => Promise<boolean>) | undefined;
  readonly isOwnPeer: PeerCheck | undefined;
  /** Shows the person the address, which leads to the page once; `opened` says whether a browser was started on it. */
  readonly announce: (address: string, opened: boolean) => Promise<void>;
}

/**
 * Leads a browser of this user to a page whose address nobody else is to see, by an address of our own that works once: that is the one in the
 * command line of the browser, and on the terminal. Resolves to whether a browser came. The port is closed whichever way it ends. Throws `auth`
 * when no port can be had, and the reason of an abort.
 */
export async function leadBrowserTo(page: string, options: OneTimeAddressOptions): Promise<boolean> {
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
