import type { Page } from './document.ts';
import { html } from './html.ts';

/** Asks who signs in. `problem` tells what was wrong with the address that was sent. */
export function signInPage(options: { client: string; email: string; problem?: string }): Page {
  const { client, email, problem } = options;
  const field =
    'id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required';
  const state = problem === undefined ? 'aria-describedby="note"' : 'aria-invalid="true" aria-describedby="problem note" autofocus';
  return {
    heading: 'Sign in',
    body: html`<p class="quiet">to continue to <strong>${client}</strong></p>
<form method="post" novalidate>
<label for="email">Email address</label>
<input ${{ html: `${field} ${state}` }} value="${email}">
${problem === undefined ? undefined : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
<p class="note" id="note">No password here: keep the demo partner, or type any address. Each one is an account of its own.</p>
<div class="actions">
<button class="primary" name="action" value="sign-in">Continue</button>
<button name="action" value="refuse">Cancel</button>
</div>
</form>`,
  };
}
