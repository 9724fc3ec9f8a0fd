// All of one request, in the panel: headers, bodies, the answer, and a line for curl. The sandbox has taken secrets out of it.
import { copyButton } from './copy.js';
import { make } from './elements.js';
import { clockTime, date, duration, size } from './formats.js';
import { factList, openPanel } from './panel.js';
import { statusMark } from './request-rows.js';
import { ask } from './sandbox.js';

/** @typedef {import('./types.d.ts').RequestSummary} RequestSummary */
/** @typedef {import('./types.d.ts').RequestDocument} RequestDocument */
/** @typedef {import('./types.d.ts').Message} Message */

/** @param {RequestSummary} summary */
export async function openRequest({ number, method, path }) {
  const title = { kind: 'request', heading: `${method} ${path}`, fallback: 'requests-heading' };
  try {
    const answer = /** @type {{ requests: readonly RequestDocument[] }} */ (await ask('GET', `requests?number=${number}`));
    const [request] = answer.requests;
    if (request === undefined) openPanel(title, make('p', {}, 'It is not remembered any more: only the latest 1,000 requests are.'));
    else openPanel(title, ...contentsOf(request));
  } catch (error) {
    openPanel(title, make('p', { className: 'error' }, error instanceof Error ? error.message : String(error)));
  }
}

/** @param {RequestDocument} document */
function contentsOf({ number, time, status, duration_ms, request, response, curl }) {
  return [
    factList([
      ['Status', statusMark(status)],
      ['Time', make('time', { dateTime: time }, `${date(time).replace(/, .*/, '')}, ${clockTime(time)}`)],
      ['Took', duration(duration_ms)],
      ['Number', String(number)],
    ]),
    ...messageOf('Request', request),
    ...messageOf('Answer', response),
    titled('curl', copyButton(curl, 'the curl line')),
    text(curl, 'curl line'),
    make('p', { className: 'quiet' }, 'The token is read from $FLOWKIWI_TOKEN; other secrets are missing.'),
  ];
}

/**
 * @param {string} title
 * @param {Message} message
 */
function messageOf(title, { headers, body, length }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const shown = body === null ? undefined : indented(body);
  return [
    make('h3', {}, title),
    text(lines.join('\n') || 'No headers.', `${title}: headers`),
    ...(shown === undefined
      ? [make('p', { className: 'quiet' }, length === 0 ? 'No body.' : `A body of ${size(length)} that is not shown as text.`)]
      : []),
    ...(shown === undefined
      ? []
      : [
          titled(`Body, ${size(length)}`, copyButton(shown, `the body of the ${title.toLowerCase()}`), 'h4'),
          text(shown, `${title}: body`),
        ]),
  ];
}

/**
 * JSON on many lines, where nothing of it changes by that.
 * @param {string} body
 */
function indented(body) {
  try {
    const value = JSON.parse(body);
    return JSON.stringify(value) === body ? JSON.stringify(value, null, 2) : body;
  } catch {
    return body;
  }
}

/**
 * @param {string} title
 * @param {HTMLElement} action
 * @param {'h3' | 'h4'} [level]
 */
function titled(title, action, level = 'h3') {
  return make('div', { className: 'titled' }, make(level, {}, title), action);
}

/**
 * A text of its own, which the keyboard can scroll.
 * @param {string} content
 * @param {string} name
 */
function text(content, name) {
  return make('pre', { tabIndex: 0, role: 'group', 'aria-label': name }, content);
}
