import { parentPort } from 'node:worker_threads';
import type { JqRequest } from '../edges.ts';
import { jqProgram } from './jq-program.ts';

/** Runs jq for the thread that has started this one: answers each `JqRequest` that it posts with a `JqAnswer`. */
export function serveJq(wasm: Uint8Array): void {
  const run = jqProgram(wasm);
  parentPort?.on('message', (request: JqRequest) => void run(request).then((answer) => parentPort?.postMessage(answer)));
}
