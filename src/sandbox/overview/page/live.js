// Keeps up with the sandbox: a streamed fetch, as EventSource sends no header.
import { openUpdates } from './sandbox.js';

/** @typedef {import('./types.d.ts').Update} Update */
/** @typedef {'live' | 'lost' | 'locked'} State */

const PAUSE_MS = 1000;

/**
 * Reads the updates until it is stopped; when the sandbox is away it comes back.
 * @param {object} options
 * @param {() => URLSearchParams} options.query which requests are wanted, asked again at each connection
 * @param {(update: Update) => void} options.onUpdate
 * @param {(state: State) => void} options.onState
 * @returns {() => void} begins again at once, with another query
 */
export function keepUp({ query, onUpdate, onState }) {
  let current = new AbortController();
  void run();
  return () => current.abort();

  async function run() {
    for (;;) {
      current = new AbortController();
      const { signal } = current;
      try {
        const stream = await openUpdates(query(), signal);
        onState(stream ? 'live' : 'locked');
        if (!stream) return;
        await read(stream, onUpdate);
        onState('lost');
      } catch {
        if (signal.aborted) continue;
        onState('lost');
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 * @param {(update: Update) => void} onUpdate
 */
async function read(stream, onUpdate) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (text + value).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) onUpdate(JSON.parse(line));
  }
}
