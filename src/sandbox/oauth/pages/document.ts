import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  /** The one heading of the page, and its title. */
  readonly heading: string;
  readonly body: Html;
}

/** The icon of every page, as an address. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='15' fill='%235b7f1b'/%3E%3Ccircle cx='16' cy='16' r='11.5' fill='%23b7d968'/%3E%3Ccircle cx='16' cy='16' r='4' fill='%23f6fbe6'/%3E%3C/svg%3E";

export const MARK = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
<circle cx="16" cy="16" r="15" fill="#5b7f1b"/><circle cx="16" cy="16" r="11.5" fill="#b7d968"/><circle cx="16" cy="16" r="4" fill="#f6fbe6"/>
<g fill="#3a4f14"><circle cx="16" cy="9.6" r=".9"/><circle cx="20.5" cy="11.5" r=".9"/><circle cx="22.4" cy="16" r=".9"/><circle cx="20.5" cy="20.5" r=".9"/>
<circle cx="16" cy="22.4" r=".9"/><circle cx="11.5" cy="20.5" r=".9"/><circle cx="9.6" cy="16" r=".9"/><circle cx="11.5" cy="11.5" r=".9"/></g></svg>`;

/** The whole document of a page. */
export function document({ heading, body }: Page): string {
  const style: Html = { html: STYLE };
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${heading} · flowkiwi sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body>
<div class="sheet">
<header>${MARK}<span class="name">flowkiwi</span><span class="tag">sandbox</span></header>
<main>
<h1>${heading}</h1>
${body}
</main>
<footer>A practice server on your own machine. Nothing leaves it.</footer>
</div>
</body>
</html>
`.html;
}
