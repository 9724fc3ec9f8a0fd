// The table of requests: live, filtered by the sandbox.
import { copyButton } from './copy.js';
import { byId, make, refill, showList } from './elements.js';
import { counted } from './formats.js';
import { announce } from './notices.js';
import { openRequest } from './request-panel.js';
import { foldRow, linesOf, requestRow } from './request-rows.js';
import { ask, command } from './sandbox.js';

/** @typedef {import('./types.d.ts').RequestSummary} RequestSummary */
/** @typedef {import('./types.d.ts').Update} Update */

/** How many come at once, and how many the page keeps while it only looks on. On a phone other parts are below them. */
const PAGE = matchMedia('(max-width: 40rem)').matches ? 25 : 100;
const MOST_LIVE = 3 * PAGE;

const TYPING_MS = 250;

/**
 * Shows the table. `onFilter` is called when other requests are wanted, whose query `query` has.
 * @param {() => void} onFilter
 */
export function showRequests(onFilter) {
  const [path, status, text] = [
    byId('filter-path', HTMLInputElement),
    byId('filter-status', HTMLSelectElement),
    byId('filter-text', HTMLInputElement),
  ];
  const [body, older, pause] = [byId('requests-rows'), byId('requests-older', HTMLButtonElement), byId('pause', HTMLButtonElement)];
  /** @type {readonly RequestSummary[]} the latest first */
  let requests = [];
  /** @type {Update[] | undefined} what has come while it pauses */
  let held;
  let most = MOST_LIVE;
  let hasOlder = false;
  let isFinding = false;
  /** @type {Set<string>} */
  const openFolds = new Set();
  const isFiltered = () => `${path.value}${status.value}${text.value}`.trim() !== '';

  function query() {
    const wanted = path.value.trim();
    const pattern = wanted === '' || wanted.includes('*') ? wanted : `*${wanted}*`;
    const given = Object.entries({ path: pattern, status: status.value, text: text.value.trim() }).filter(([, value]) => value !== '');
    return new URLSearchParams([...given, ['limit', String(PAGE)]]);
  }

  /** @param {Update} update */
  function take(update) {
    const latest = update.requests.toReversed();
    if (update.all) {
      most = MOST_LIVE;
      hasOlder = latest.length === PAGE;
    }
    const all = update.all ? latest : [...latest, ...requests];
    hasOlder ||= all.length > most;
    requests = all.slice(0, most);
    show();
    if (isFinding) announce(hasOlder ? `More than ${PAGE} requests found` : `${counted(requests.length, 'request')} found`);
    isFinding = false;
  }

  function show() {
    const lines = linesOf(requests, !isFiltered() || (path.value === '' && text.value === ''), openFolds);
    showList(
      body,
      lines,
      ({ key, isFold, requests: group }) => (isFold ? `${key}-${group.length}-${openFolds.has(key)}` : key),
      (line, known) => {
        if (known) return known;
        const [request] = line.requests;
        if (line.isFold || request === undefined) return foldRow(line, openFolds.has(line.key), () => toggle(line.key));
        return requestRow(request, line.isFolded, () => void openRequest(request));
      },
    );
    byId('requests-table').hidden = requests.length === 0;
    older.hidden = !hasOlder || requests.length === 0;
    const empty = byId('requests-empty');
    empty.hidden = requests.length > 0;
    if (requests.length === 0)
      refill(empty, ...(isFiltered() ? [make('p', {}, 'No request of the last 1,000 is like that.')] : emptyText()));
  }

  /** @param {string} key */
  function toggle(key) {
    if (!openFolds.delete(key)) openFolds.add(key);
    show();
  }

  async function showOlder() {
    const before = new URLSearchParams([...query(), ['before', String(requests.at(-1)?.number ?? 0)], ['view', 'summary']]);
    const answer = /** @type {{ requests: readonly RequestSummary[] }} */ (await ask('GET', `requests?${before}`));
    hasOlder = answer.requests.length === PAGE;
    requests = [...requests, ...answer.requests.toReversed()];
    most = Math.max(most, requests.length);
    show();
  }

  let timer = 0;
  byId('filter').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isFinding = true;
      onFilter();
    }, TYPING_MS);
  });
  byId('filter').addEventListener('submit', (event) => event.preventDefault());
  older.addEventListener('click', () => showOlder().catch(({ message }) => announce(message)));
  pause.addEventListener('click', () => {
    const waiting = held;
    held = waiting ? undefined : [];
    pause.setAttribute('aria-pressed', String(held !== undefined));
    for (const update of waiting ?? []) take(update);
  });

  return {
    query,
    /** @param {Update} update */
    update: (update) => {
      if (!update.all && update.requests.length === 0) return;
      if (held && !update.all) return void held.push(update);
      // After a filter it is another list, which is shown at once.
      if (held) held = [];
      take(update);
    },
  };
}

function emptyText() {
  const line = command('--profile sandbox org create "Acme Corp"');
  return [
    make('p', {}, 'No requests yet. Those to the APIs and to the sign-in server appear here as they come, such as those of'),
    make('p', { className: 'line' }, make('code', { className: 'command' }, line), copyButton(line, 'the command')),
  ];
}
