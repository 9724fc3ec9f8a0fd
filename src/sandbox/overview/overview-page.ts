import { ICON, MARK } from '../oauth/pages/document.ts';
import { type Html, html } from '../oauth/pages/html.ts';
import { MAIN_MODULE, MODULES, STYLES } from './page-files.ts';

/**
 * Nothing from elsewhere, and scripts and styles from the folder of the page alone. Text never becomes markup: trusted types, of which there are
 * none, forbid it.
 */
export function overviewPolicy(origin: string, folder: string): string {
  return [
    "default-src 'none'",
    `script-src ${origin}${folder}`,
    `style-src ${origin}${folder}`,
    "connect-src 'self'",
    'img-src data:',
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** The page with nothing in it: its script asks for that, with the secret. `folder` is the path of its files. */
export function overviewPage(folder: string): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Flowkiwi sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
${STYLES.map((name) => html`<link rel="stylesheet" href="${folder}${name}">`)}
${MODULES.map((name) => html`<link rel="modulepreload" href="${folder}${name}">`)}
<script type="module" src="${folder}${MAIN_MODULE}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${TOP}
<main id="main" tabindex="-1">
<noscript><p class="card">This page needs JavaScript.</p></noscript>
<section id="locked" class="card" aria-labelledby="locked-heading" hidden>
<h2 id="locked-heading">This page is locked</h2>
<p>It is for the user who started the sandbox. Open it with</p>
<p><code class="command">flowkiwi sandbox open</code></p>
</section>
<div id="content" hidden>
${CONTENTS}
${REQUESTS}
<div class="behaviour">
${FAULTS}
${SWITCHES}
</div>
</div>
</main>
<footer>A practice server on your own machine. Nothing leaves it.</footer>
<p id="notice" class="notice" role="status"></p>
<dialog id="panel" aria-labelledby="panel-heading"></dialog>
<dialog id="question" aria-labelledby="question-heading"></dialog>
</body>
</html>
`.html;
}

const TOP: Html = html`<header class="top">
${MARK}<h1>Flowkiwi sandbox</h1>
<p class="where"><code id="address"></code></p>
<p id="state" class="state" role="status">Connecting</p>
<p id="counts" class="counts"></p>
<nav aria-label="Sections">
<a href="#contents-heading">Organizations</a>
<a href="#requests-heading">Requests</a>
<a href="#faults-heading">Faults</a>
<a href="#switches-heading">Switches</a>
</nav>
<button type="button" id="reset" class="danger" hidden>Reset…</button>
</header>`;

const CONTENTS: Html = html`<section class="card contents" aria-labelledby="contents-heading">
<div class="head">
<h2 id="contents-heading" tabindex="-1">Organizations and instances</h2>
<button type="button" id="new-root" class="main" data-act="new-root"></button>
</div>
<div class="tools">
<fieldset class="tabs">
<legend class="unseen">Which API</legend>
<label for="provider-flowkiwi"><input id="provider-flowkiwi" type="radio" name="provider" value="flowkiwi" checked><span>Flowkiwi</span></label>
<label for="provider-zitadel"><input id="provider-zitadel" type="radio" name="provider" value="zitadel"><span>ZITADEL</span></label>
</fieldset>
<label class="unseen" for="contents-search">Search organizations and instances</label>
<input id="contents-search" type="search" autocomplete="off" spellcheck="false" placeholder="Name, handle, id or owner">
</div>
<ul id="contents-list" class="roots"></ul>
<div id="contents-empty" class="empty" hidden></div>
<div id="contents-pages" class="pages" hidden>
<button type="button" id="contents-newer">Newer</button>
<span id="contents-range" class="quiet"></span>
<button type="button" id="contents-older">Older</button>
</div>
</section>`;

const REQUESTS: Html = html`<section class="card requests" aria-labelledby="requests-heading">
<div class="head">
<h2 id="requests-heading" tabindex="-1">Requests</h2>
<button type="button" id="pause" aria-pressed="false">Pause</button>
</div>
<form id="filter" class="tools" role="search" aria-label="Requests">
<div class="field"><label for="filter-path">Path</label><input id="filter-path" type="search" autocomplete="off" spellcheck="false" placeholder="/api/*"></div>
<div class="field"><label for="filter-status">Status</label><select id="filter-status"><option value="">Any</option><option>2xx</option><option>3xx</option><option>4xx</option><option>5xx</option><option value="cut">Cut</option></select></div>
<div class="field wide"><label for="filter-text">Text</label><input id="filter-text" type="search" autocomplete="off" spellcheck="false" placeholder="Anywhere in headers and bodies"></div>
</form>
<div class="rows">
<table id="requests-table" aria-labelledby="requests-heading">
<thead><tr><th scope="col">Time</th><th scope="col">Method</th><th scope="col">Path</th><th scope="col">Status</th><th scope="col">Took</th></tr></thead>
<tbody id="requests-rows"></tbody>
</table>
<p class="pages"><button type="button" id="requests-older" hidden>Show older requests</button></p>
</div>
<div id="requests-empty" class="empty" hidden></div>
</section>`;

const FAULTS: Html = html`<section class="card" aria-labelledby="faults-heading">
<div class="head"><h2 id="faults-heading" tabindex="-1">Faults</h2></div>
<p class="quiet">Make requests fail on purpose. Of the rules that match, the first one decides.</p>
<ul id="fault-rules" class="rules"></ul>
<p id="no-faults" class="empty">Nothing fails on purpose.</p>
<form id="fault-form" class="grid" aria-label="New fault rule" novalidate>
<div class="field"><label for="fault-method">Method</label><select id="fault-method"><option value="">Any</option><option>GET</option><option>POST</option><option>PATCH</option><option>DELETE</option></select></div>
<div class="field wide"><label for="fault-path">Path</label><input id="fault-path" list="fault-paths" autocomplete="off" spellcheck="false" value="/api/*"><datalist id="fault-paths"><option value="/api/*"></option><option value="/api/organizations"></option><option value="/api/organizations/*/instances"></option><option value="/oauth/token"></option><option value="/v2/organizations*"></option></datalist></div>
<div class="field"><label for="fault-effect">Effect</label><input id="fault-effect" list="fault-effects" autocomplete="off" spellcheck="false" value="503" aria-describedby="fault-help"><datalist id="fault-effects"><option value="503" label="a status, with Retry-After: 1"></option><option value="429:30" label="a status, with Retry-After: 30"></option><option value="500" label="a status"></option><option value="503-after" label="it has its effect, a gateway answers"></option><option value="latency:500" label="half a second later"></option><option value="latency:50-500" label="any time between"></option><option value="reset-before" label="cut before it has an effect"></option><option value="reset-after" label="cut after it had its effect"></option><option value="truncate" label="half of the body"></option></datalist></div>
<div class="field"><label for="fault-chance">Chance in %</label><input id="fault-chance" inputmode="decimal" autocomplete="off" placeholder="100"></div>
<div class="field"><label for="fault-times">Times</label><input id="fault-times" inputmode="numeric" autocomplete="off" placeholder="always"></div>
<p class="field all quiet" id="fault-help">As <code>--fault</code> has it: <code id="fault-rule"></code></p>
<p class="error all" id="fault-error" role="alert"></p>
<p class="all"><button type="submit" class="main">Add the rule</button></p>
</form>
<form id="fault-settings" class="grid" aria-label="Latency and rate" novalidate>
<div class="field"><label for="fault-latency">Latency in ms</label><input id="fault-latency" inputmode="numeric" autocomplete="off"></div>
<div class="field"><label for="fault-rate">Requests a second</label><input id="fault-rate" inputmode="numeric" autocomplete="off" aria-describedby="fault-rate-help"></div>
<p class="field end"><button type="submit">Set both</button></p>
<p class="quiet all" id="fault-rate-help">Every answer is held back that long; beyond that rate the Flowkiwi API answers 429. 0 is off.</p>
<p class="error all" id="fault-settings-error" role="alert"></p>
</form>
</section>`;

const SWITCHES: Html = html`<section class="card" aria-labelledby="switches-heading">
<div class="head">
<h2 id="switches-heading" tabindex="-1">Switches</h2>
<button type="button" id="switches-usual" data-act="switches-usual" hidden>All as usual</button>
</div>
<p class="quiet">How the sandbox answers where the documentation leaves it open.</p>
<p class="error" id="switches-error" role="alert"></p>
<div id="switches" class="switches"></div>
</section>`;
