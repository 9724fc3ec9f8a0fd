// The sandbox that the page belongs to, and its controls. The secret comes in the fragment of the address, which is sent to nobody, and is kept for
// this tab. It is sent in a header: cookies would go to other ports, too.

const STORED = 'flowkiwi-sandbox-secret';

const [, given] = /^#secret=([\w-]+)$/.exec(location.hash) ?? [];
if (given) {
  sessionStorage.setItem(STORED, given);
  history.replaceState(null, '', location.pathname);
}
const secret = sessionStorage.getItem(STORED);

/** @type {Record<string, string>} */
const authorization = secret ? { authorization: `Bearer ${secret}` } : {};

/**
 * Asks a control, whose path begins behind `/_sandbox/`. Throws what it says when it refuses.
 * @param {'GET' | 'POST' | 'PATCH' | 'DELETE'} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<unknown>}
 */
export async function ask(method, path, body) {
  const headers = body === undefined ? authorization : { ...authorization, 'content-type': 'application/json' };
  const response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch(() => {
    throw new Error('The sandbox cannot be reached.');
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(typeof answer.detail === 'string' ? answer.detail : `The sandbox answered with status ${response.status}.`);
}

/**
 * The updates for those who look on. Answers undefined when the page has not the secret of this sandbox.
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @returns {Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined>}
 */
export async function openUpdates(query, signal) {
  const response = await fetch(`events?${query}`, { headers: authorization, signal });
  if (response.status === 401) return undefined;
  if (!response.ok || !response.body) throw new Error(`The sandbox answered with status ${response.status}.`);
  return response.body;
}

/** What a command needs in front to mean this sandbox: nothing at its usual port. */
const address = location.port === '8787' ? '' : `FLOWKIWI_URL=${location.origin} `;

/**
 * A command line for this sandbox.
 * @param {string} words behind `flowkiwi`
 */
export function command(words) {
  return `${address}flowkiwi ${words}`;
}
