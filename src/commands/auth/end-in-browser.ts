import type { Context } from '../../context/context.ts';
import { isCliError } from '../../errors.ts';
import { type CredentialEntry, isMachine } from '../../storage/credential.ts';
import { instanceHostOf } from './end-session.ts';
import { NO_BROWSER } from './sign-in.ts';

/** A session in a browser, of a credential that is stored no more. */
export interface BrowserSession {
  readonly profile: string;
  readonly entry: CredentialEntry;
  /** Undefined when the server sent none, or it cannot be read. */
  readonly idToken: string | undefined;
}

/** Longest wait for the browser when `--timeout` does not say. */
const BROWSER_TIMEOUT_MS = 60_000;

/**
 * Opens the page of the sign-in server that ends a session (OpenID Connect RP-Initiated Logout 1.0), by a one-time address of our own: no command
 * line, and no terminal, shows the id token. What does not work is a warning. Throws only the reason of an abort.
 */
export async function endInBrowser(context: Context, { profile, entry, idToken }: BrowserSession): Promise<void> {
  const { edges, messages, budget } = context;
  const { issuer, clientId, url, method } = entry;
  if (issuer === undefined || isMachine(method)) return messages.warning(`profile ${profile} has no session in a browser`);
  const [{ discoverAuthorizationServer }, { endSessionUrl }, { leadBrowserTo }] = await Promise.all([
    import('../../oauth/discovery.ts'),
    import('../../oauth/end-session.ts'),
    import('../../oauth/one-time-address.ts'),
  ]);
  const { clock, interruption: signal } = edges;
  try {
    const http = await context.httpFor({ url: new URL(url), instanceHost: await instanceHostOf(context, profile) });
    const server = await discoverAuthorizationServer({ http, apiUrl: new URL(url), issuer, signal });
    const page = server && endSessionUrl(server, { clientId, idToken });
    if (page === undefined) return messages.warning(`${issuer} names no page that ends the session in the browser`);
    const isOwnPeer = await edges.peerCheck();
    const lead = () =>
      leadBrowserTo(page, {
        ...{ clock, signal, timeoutMs: budget.leftMs() ?? BROWSER_TIMEOUT_MS, openUrl: edges.openUrl },
        isOwnPeer,
        announce: (address, opened) =>
          messages.always([
            ...(opened ? [] : [NO_BROWSER]),
            opened
              ? 'Your browser opens to end the session. If it does not, visit:'
              : 'To end the session, open this address in a browser on this machine:',
            `  ${address}`,
          ]),
      });
    const isVisited = await context.activity.during('wait for the browser', lead);
    if (!isVisited) await messages.warning('no browser came; the session there goes on');
  } catch (error) {
    if (!isCliError(error) || signal.aborted) throw error;
    await messages.warning(`the session in the browser goes on: ${error.message}`);
  }
}
