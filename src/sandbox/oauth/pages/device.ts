import type { Page } from './document.ts';
import { html } from './html.ts';

/** What the forms about a device send, and where. */
interface DeviceForm {
  readonly action: string;
  readonly xsrf: string;
  readonly code: string;
}

/** Asks for the code that a terminal shows. `problem` tells what was wrong with the last one. */
export function codeInputPage(options: DeviceForm & { problem: string | undefined }): Page {
  const { action, xsrf, code, problem } = options;
  const field =
    'class="code-field" id="code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false"';
  const state = problem === undefined ? 'aria-describedby="note"' : 'aria-invalid="true" aria-describedby="problem note"';
  return {
    heading: 'Connect a device',
    body: html`<form method="post" action="${action}" novalidate>
<input type="hidden" name="xsrf" value="${xsrf}">
<label for="code">Code</label>
<input ${{ html: `${field} ${state}` }} maxlength="20" placeholder="XXXX-XXXX" required autofocus value="${code}">
${problem === undefined ? undefined : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
<p class="note" id="note">Your terminal shows it. Enter a code only when you started the sign-in yourself.</p>
<div class="actions">
<button class="primary">Continue</button>
</div>
</form>`,
  };
}

/** Lets the person compare the code and make sure that the device is theirs. */
export function codeConfirmationPage(options: DeviceForm & { client: string }): Page {
  const { action, xsrf, code, client } = options;
  return {
    heading: 'Is this your code?',
    body: html`<p class="quiet"><strong>${client}</strong> asks to sign in on a device that shows</p>
<p><output class="code">${code}</output></p>
<p>Continue only if you started this yourself, a moment ago, on a device that you have in front of you. If somebody sent you
this code or this link, refuse.</p>
<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<input type="hidden" name="user_code" value="${code}">
<div class="actions">
<button class="primary" name="confirm" value="yes">Yes, continue</button>
<button name="abort" value="yes">No, refuse</button>
</div>
</form>`,
  };
}

export function deviceConnectedPage(client: string): Page {
  return {
    heading: 'Your device is connected',
    body: html`<p><strong>${client}</strong> is signed in. Go back to your terminal; this page can be closed.</p>`,
  };
}
