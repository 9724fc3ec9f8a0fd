import type { Page } from './document.ts';
import { html } from './html.ts';

/** Asks before the browser's session ends. */
export function signOutPage(options: { xsrf: string; action: string }): Page {
  return {
    heading: 'Sign out of the sandbox?',
    body: html`<p>This ends the session of this browser. A terminal that is signed in stays signed in.</p>
<form method="post" action="${options.action}">
<input type="hidden" name="xsrf" value="${options.xsrf}">
<div class="actions">
<button class="primary" name="logout" value="yes">Sign out</button>
<button>Stay signed in</button>
</div>
</form>`,
  };
}

export function signedOutPage(isStillSignedIn: boolean): Page {
  return isStillSignedIn
    ? { heading: 'You are still signed in', body: html`<p>Nothing has changed. This page can be closed.</p>` }
    : { heading: 'You are signed out', body: html`<p>This page can be closed.</p>` };
}
