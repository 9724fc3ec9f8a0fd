import { createHash } from 'node:crypto';

/** What the browser shows about the sign-in. */
export interface CallbackPage {
  readonly status: number;
  readonly tone: 'done' | 'failed';
  readonly title: string;
  readonly text: string;
}

export const SIGNED_IN: CallbackPage = {
  status: 200,
  tone: 'done',
  title: 'You are signed in',
  text: 'You can close this window and go back to the terminal.',
};

/** The page of a sign-in that the terminal has a question about. */
export const QUESTION_LEFT: CallbackPage = {
  status: 200,
  tone: 'done',
  title: 'Go back to the terminal',
  text: 'It asks whether this is the account to use. You can close this window.',
};

/** The page of an address that leads somewhere once only. */
export const ALREADY_USED: CallbackPage = {
  status: 410,
  tone: 'failed',
  title: 'This address was already used',
  text: 'It works once only. To go where it led, look at the terminal.',
};

/** The page of a sign-in that came to nothing; `reason` is shown unchanged, escaped. */
export function notSignedIn(title: string, reason: string): CallbackPage {
  return { status: 400, tone: 'failed', title, text: `${reason}. You can close this window and go back to the terminal.` };
}

/** The page for a request that has no part in the sign-in. */
export function notForUs(status: number, reason: string): CallbackPage {
  return { status, tone: 'failed', title: 'This request was not used', text: `flowkiwi ignored it: ${reason}.` };
}

const STYLE = `
:root { color-scheme: light dark; --paper: #f6f8f6; --card: #fff; --ink: #17211b; --soft: #4b5b52; --line: #dfe6e1; --done: #2f7d4f; --failed: #b3402e }
@media (prefers-color-scheme: dark) {
  :root { --paper: #111613; --card: #19201c; --ink: #e9efeb; --soft: #a9b8af; --line: #2b352f; --done: #7fd09f; --failed: #f09a88 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 28rem; padding: 2.25rem 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  overflow-wrap: anywhere }
.mark { width: 2.75rem; height: 2.75rem; margin: 0 0 1.25rem; display: block; fill: none; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round }
.done .mark { stroke: var(--done) }
.failed .mark { stroke: var(--failed) }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: 0; color: var(--soft) }
footer { margin-top: 1.75rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--soft) }
`;

const MARKS = { done: '<path d="M10 17l5 5 10-11"/>', failed: '<path d="M16 9v9"/><path d="M16 23v.01"/>' } as const;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script, nothing loaded, nothing stored, in no frame; one request a connection, so that none outlives the sign-in. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  connection: 'close',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The page as an HTML document. Everything in it is escaped. Pure. */
export function renderCallbackPage({ tone, title, text }: CallbackPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · flowkiwi</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${tone}">
<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="14"/>${MARKS[tone]}</svg>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
<footer>flowkiwi on this computer</footer>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What is not text at all, or would reorder the text around it, is shown as a replacement character. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}
