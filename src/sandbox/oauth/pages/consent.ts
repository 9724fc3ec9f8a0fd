import type { Page } from './document.ts';
import { html } from './html.ts';

/** Names the client and everything it gets, and lets the person decide. `redirectUri` is absent when a device is connected. */
export function consentPage(options: { client: string; email: string; scopes: readonly string[]; redirectUri: string | undefined }): Page {
  const { client, email, scopes, redirectUri } = options;
  const identity = scopes.includes('email') ? 'Know who you are and your email address' : 'Know who you are';
  const gets = [
    'Read, create and change organizations and instances as you',
    identity,
    ...(scopes.includes('offline_access') ? ['Stay signed in until you sign out there'] : []),
  ];
  const destination =
    redirectUri === undefined
      ? html`<p class="note">You are connecting a device.</p>`
      : html`<p class="note">Afterwards your browser returns to <strong>${new URL(redirectUri).host}</strong>, on this machine.</p>`;
  return {
    heading: `Allow ${client}?`,
    body: html`<p class="quiet">Signed in as <strong>${email}</strong></p>
<p class="small"><a href="?account=other">Use another account</a></p>
<h2 id="gets">It will be able to</h2>
<ul aria-labelledby="gets">
${gets.map((line) => html`<li>${line}</li>\n`)}</ul>
<form method="post">
${destination}
<div class="actions">
<button class="primary" name="action" value="allow">Allow</button>
<button name="action" value="refuse">Refuse</button>
</div>
</form>`,
  };
}
