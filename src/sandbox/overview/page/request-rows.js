// Rows of the table of requests. Those that have to do with signing in, of which there are many for each of the others, are folded into one.
import { button, make } from './elements.js';
import { clockTime, counted, duration } from './formats.js';

/** @typedef {import('./types.d.ts').RequestSummary} RequestSummary */
/** @typedef {{ readonly key: string, readonly requests: readonly RequestSummary[], readonly isFold: boolean, readonly isFolded: boolean }} Line a fold, or one request, which may be of an open fold */

/** @param {RequestSummary} request */
function isSignIn({ path }) {
  return /^\/(?:oauth|oidc|\.well-known|ui\/login)\//.test(path);
}

/**
 * The lines of the table: two or more requests of signing in, one behind the other, are one line.
 * @param {readonly RequestSummary[]} requests the latest first
 * @param {boolean} areFolded
 * @param {ReadonlySet<string>} open keys of the folds whose requests are to be seen, too
 * @returns {readonly Line[]}
 */
export function linesOf(requests, areFolded, open) {
  /** @type {Line[]} */
  const lines = [];
  let index = 0;
  while (index < requests.length) {
    let end = index;
    while (areFolded && end < requests.length && isSignIn(/** @type {RequestSummary} */ (requests[end]))) end += 1;
    const group = requests.slice(index, Math.max(end, index + 1));
    // Its oldest request names a fold, because new ones join at the other end.
    const key = `fold-${group.at(-1)?.number}`;
    if (group.length > 1) lines.push({ key, requests: group, isFold: true, isFolded: false });
    if (group.length === 1 || open.has(key))
      lines.push(...group.map((request) => ({ key: `${request.number}`, requests: [request], isFold: false, isFolded: group.length > 1 })));
    index += group.length;
  }
  return lines;
}

/**
 * @param {RequestSummary} request
 * @param {boolean} isFolded
 * @param {() => void} open
 */
export function requestRow(request, isFolded, open) {
  const { number, time, method, path, status, duration_ms } = request;
  const row = make(
    'tr',
    { className: isFolded ? 'request folded' : 'request' },
    make('td', { className: 'time' }, make('time', { dateTime: time }, clockTime(time))),
    make('td', { className: `method ${method.toLowerCase()}` }, method),
    make(
      'td',
      { className: 'path' },
      button(path, open, { className: 'open', 'data-act': `request-${number}`, 'aria-label': `${method} ${path}, details` }),
    ),
    make('td', { className: 'status' }, statusMark(status)),
    make('td', { className: 'took' }, duration(duration_ms)),
  );
  // The whole row is a large button for a mouse; the keyboard has that of the path.
  row.addEventListener('click', (event) => {
    if (event.target instanceof Element && !event.target.closest('button')) open();
  });
  return row;
}

/**
 * @param {Line} line
 * @param {boolean} isOpen
 * @param {() => void} toggle
 */
export function foldRow({ key, requests }, isOpen, toggle) {
  const [latest] = requests;
  const worst = requests.map(({ status }) => status).reduce((a, b) => ((a ?? 999) >= (b ?? 999) ? a : b));
  return make(
    'tr',
    { className: 'fold' },
    make('td', { className: 'time' }, latest ? make('time', { dateTime: latest.time }, clockTime(latest.time)) : ''),
    make(
      'td',
      { className: 'path', colSpan: 2 },
      button(counted(requests.length, 'sign-in request'), toggle, { className: 'open', 'aria-expanded': String(isOpen), 'data-act': key }),
    ),
    make('td', { className: 'status' }, worst === null || worst >= 400 ? statusMark(worst) : ''),
    make('td', { className: 'took' }),
  );
}

/** @param {number | null} status */
export function statusMark(status) {
  const kind = status === null || status >= 500 ? 'failed' : status >= 400 ? 'refused' : status >= 300 ? 'moved' : 'fine';
  return make('span', { className: `mark-${kind} badge` }, status === null ? 'cut' : String(status));
}
