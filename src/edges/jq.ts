import { Worker } from 'node:worker_threads';
import type { Edges, JqAnswer } from '../edges.ts';

/** The word that makes this program run jq in a thread; see `serveJq`. */
const JQ = '__jq';
/** By how much this process may grow meanwhile. Results stay in memory until the expression has ended. */
const MOST_BYTES = 1024 ** 3;
const LOOK_EVERY_MS = 50;

/**
 * jq in a thread, which is started when it is first needed, and again after one was ended: by the signal, or because it took too much memory.
 * `program` is the path of this program, `usedBytes` the memory of this process. One request at a time.
 */
export function jqThread(program: string, usedBytes: () => number): Edges['jq'] {
  let thread: Worker | undefined;

  return async (request, signal) => {
    signal.throwIfAborted();
    thread ??= startThread(program);
    const running = thread;
    const before = usedBytes();
    const heard = new AbortController();
    try {
      return await new Promise<JqAnswer>((resolve, reject) => {
        const stop = (work: () => void) => {
          thread = undefined;
          void running.terminate();
          work();
        };
        const once = { once: true, signal: heard.signal };
        signal.addEventListener('abort', () => stop(() => reject(signal.reason)), once);
        const isTooMuch = () => usedBytes() - before > MOST_BYTES;
        const watch = setInterval(() => isTooMuch() && stop(() => resolve({ kind: 'exhausted' })), LOOK_EVERY_MS);
        heard.signal.addEventListener('abort', () => clearInterval(watch));
        const answered = (answer: JqAnswer) => resolve(answer);
        const failed = (error: Error) => stop(() => reject(error));
        running.on('message', answered).on('error', failed);
        heard.signal.addEventListener('abort', () => running.off('message', answered).off('error', failed));
        running.postMessage(request);
      });
    } finally {
      heard.abort();
    }
  };
}

/** It gets no environment: an expression can read its own. What it says itself when its memory is full is not shown. */
function startThread(program: string): Worker {
  const thread = new Worker(program, { argv: [JQ], env: { NODE_DISABLE_COMPILE_CACHE: '1' }, execArgv: [], stdout: true, stderr: true });
  // A command that is done does not wait for it.
  thread.unref();
  return thread;
}
