import { type Jq, loadJq } from 'jq-wasm';
import type { JqAnswer, JqRequest } from '../edges.ts';

/** How WebAssembly stops, and what the engine says of a string that is too long. */
const STOPPED: ReadonlySet<string> = new Set(['RuntimeError', 'RangeError']);

/**
 * jq 1.8 as WebAssembly, which sees no file, no variable of the environment and no network. `wasm` is its code; read from its package when absent.
 * Runs on the thread that calls it, to the end of the expression.
 */
export function jqProgram(wasm?: Uint8Array): (request: JqRequest) => Promise<JqAnswer> {
  const load = () => loadJq(wasm === undefined ? {} : { wasmBinary: wasm });
  let loaded: Promise<Jq> | undefined;
  return async ({ expression, input }) => {
    loaded ??= load();
    const jq = await loaded;
    try {
      // What begins with a hyphen is an expression too.
      const { stdout, stderr, exitCode } = jq.raw(input, expression, ['-c', '--']);
      return { kind: 'ended', status: exitCode, stdout, stderr };
    } catch (error) {
      // It stops when its memory or its stack is full, and cannot be used again. A result may also be longer than a string can be.
      if (!(error instanceof Error && STOPPED.has(error.name))) throw error;
      loaded = undefined;
      return { kind: 'exhausted' };
    }
  };
}
