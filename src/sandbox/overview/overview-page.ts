import { createHash } from 'node:crypto';
import { ICON, MARK } from '../oauth/pages/document.ts';
import { type Html, html } from '../oauth/pages/html.ts';
import type { LoggedRequest } from '../requests/request-log.ts';
import { shownPath } from '../requests/shown-path.ts';
import { SCRIPT } from './overview-script.ts';
import { STYLE } from './overview-style.ts';
import type { RootNode, Tree, TreeNode } from './tree.ts';

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing from elsewhere, and of the page's own only what is written here. */
export const OVERVIEW_POLICY = [
  "default-src 'none'",
  `script-src ${sha256(SCRIPT)}`,
  `style-src ${sha256(STYLE)}`,
  "connect-src 'self'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page with nothing in it: its script asks for that, with the secret. */
export function overviewPage(origin: string): string {
  const [style, script]: Html[] = [{ html: STYLE }, { html: SCRIPT }];
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Flowkiwi sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body>
<main>
<header>${MARK}<h1>Flowkiwi sandbox</h1></header>
<p class="address"><code>${origin}</code> <span id="state" role="status">Connecting</span></p>
<noscript><p>This page needs JavaScript.</p></noscript>
<div id="locked" hidden><p>This page is for the user who started the sandbox. Open it with</p><p><code>flowkiwi sandbox open</code></p></div>
<div id="content" hidden>
<section aria-labelledby="tree-heading">
<div class="bar"><h2 id="tree-heading">Organizations and instances</h2><button type="button" id="reset">Reset</button></div>
<div id="tree"></div>
</section>
<section aria-labelledby="requests-heading">
<h2 id="requests-heading">Latest requests</h2>
<form id="filter" class="bar">
<label for="filter-text">Filter</label> <input id="filter-text" type="search" autocomplete="off" spellcheck="false">
<label for="filter-status">Status</label> <select id="filter-status"><option value="">any</option><option>2xx</option><option>3xx</option><option>4xx</option><option>5xx</option><option>cut</option></select>
<span><input id="filter-sign-in" type="checkbox"> <label for="filter-sign-in">Sign-in traffic</label></span>
<span id="hidden-count" class="quiet"></span>
</form>
<table role="table" aria-labelledby="requests-heading">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Time</th><th role="columnheader" scope="col">Method</th><th role="columnheader" scope="col">Path</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Took</th></tr></thead>
<tbody role="rowgroup" id="requests"></tbody>
</table>
<p class="quiet" id="no-requests">None yet. Requests to the API and to the sign-in server appear here, such as those of</p>
<p class="quiet commands"><code>flowkiwi --profile sandbox login</code><br><code>flowkiwi --profile sandbox org create "Acme Corp"</code></p>
</section>
<section aria-labelledby="behaviour-heading">
<h2 id="behaviour-heading">Faults and switches</h2>
<form id="behaviour">
<label for="rules">Fault rules, one a line, such as <code>POST /api/organizations=503x2</code></label>
<textarea id="rules" rows="3" spellcheck="false"></textarea>
<label for="switches">Switches, one a line; one that is left out is as at the start</label>
<textarea id="switches" rows="5" spellcheck="false"></textarea>
<p><button type="submit">Set</button> <output id="behaviour-result" for="rules switches"></output></p>
</form>
</section>
</div>
</main>
<footer>A practice server on your own machine. Nothing leaves it.</footer>
<script>${script}</script>
</body>
</html>
`.html;
}

/** How much there is, and what, as nested lists. What only ZITADEL's users need to see is not there until they need it. */
export function treesHtml(trees: readonly Tree[]): Html {
  const filled = trees.filter(({ rootCount }) => rootCount > 0);
  if (filled.length === 0)
    return html`<p class="quiet">None yet. They appear here as soon as they are created, as by</p><p class="quiet"><code>flowkiwi --profile sandbox org create "Acme Corp"</code><br><code>flowkiwi --profile sandbox instance create "Acme EU" --handle acme-eu</code></p>`;
  const isHeaded = filled.some((tree) => tree !== trees[0]);
  return { html: filled.map((tree) => treeHtml(tree, isHeaded).html).join('') };
}

function treeHtml({ provider, roots, rootNoun, rootCount, childNoun, childCount }: Tree, isHeaded: boolean): Html {
  const rest = rootCount - roots.length;
  return html`${isHeaded ? html`<h3>${provider}</h3>` : undefined}<p class="quiet">${counted(rootCount, rootNoun)}, ${counted(childCount, childNoun)}, the newest first</p>
<ul class="tree" role="list">${roots.map((root) => rootHtml(root, childNoun))}</ul>
${rest > 0 ? html`<p class="quiet">and ${counted(rest, `older ${rootNoun}`)}</p>` : undefined}`;
}

function rootHtml({ children, childCount, ...node }: RootNode, childNoun: string): Html {
  const rest = childCount - children.length;
  const items = children.map((child) => html`<li>${nodeHtml(child, 'child')}</li>`);
  const more = rest > 0 ? html`<li class="quiet">and ${counted(rest, `older ${childNoun}`)}</li>` : undefined;
  return html`<li>${nodeHtml(node, 'root')}${items.length > 0 ? html`<ul role="list">${items}${more}</ul>` : undefined}</li>`;
}

function nodeHtml({ id, name, label }: TreeNode, level: 'root' | 'child'): Html {
  return html`<bdi class="${level}">${name}</bdi> ${label === '' ? undefined : html`<code class="handle">${label}</code> `}<code>${id}</code> <button type="button" class="copy" data-copy="${id}" aria-label="Copy the id of ${name}">Copy</button>`;
}

/** Rows of the table, the latest first. */
export function requestRows(requests: readonly LoggedRequest[]): Html {
  const rows = requests.map(({ number, at, method, target, status, milliseconds }) => {
    const time = new Date(at);
    const clockTime = time.toLocaleTimeString('en-GB');
    const signIn = isSignIn(target) ? html` data-sign-in=""` : undefined;
    return html`<tr role="row" data-number="${String(number)}"${signIn}><td role="cell" class="time"><time datetime="${time.toISOString()}">${clockTime}</time></td><td role="cell" class="method">${method}</td><td role="cell" class="path"><button type="button" class="open" aria-expanded="false">${shownPath(target)}</button></td><td role="cell" class="status ${statusClass(status)}">${status === undefined ? 'cut' : String(status)}</td><td role="cell" class="took">${took(milliseconds)}</td></tr>`;
  });
  return { html: rows.map((row) => row.html).join('') };
}

/** Whether a request has to do with signing in, of which there are many for each of the others. */
function isSignIn(target: string): boolean {
  return /^\/(?:oauth|oidc|\.well-known)\//.test(target);
}

function statusClass(status: number | undefined): string {
  if (status === undefined || status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'fine';
}

function took(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
