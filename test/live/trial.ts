import { type Answer, at, type CommandOptions, jsonOf, type RunCommand } from './command.ts';

/** What came of one verb. */
export interface Row {
  readonly verb: string;
  readonly exit: number | null;
  readonly ms: number;
  /** Undefined when nothing was wrong. */
  readonly problem: string | undefined;
}

export interface Attempt extends CommandOptions {
  /** The command line, without the name of the program. */
  readonly args: readonly string[];
  /** The exit statuses that are right; 0 alone when absent. */
  readonly exits?: readonly number[];
  /** What is wrong with the JSON that it prints, in words; undefined when nothing is. */
  readonly problem?: (json: unknown, answer: Answer) => string | undefined;
  /** Whether it is tried again for a while until nothing is wrong: searches lag behind what is written. */
  readonly isLagging?: boolean;
}

/** Tries verbs one after the other, and keeps what came of each. */
export interface Trial {
  readonly rows: readonly Row[];
  /** Tries a verb. Resolves to its JSON, for a look at more of it; what was wrong is in its row. */
  readonly verb: (name: string, attempt: Attempt) => Promise<unknown>;
  /** The same, for one whose result others need. Rejects with `Stopped` when something was wrong. */
  readonly needed: (name: string, attempt: Attempt) => Promise<unknown>;
  /** Runs verbs that need each other: what stops them is in a row already, or gets one. */
  readonly group: (name: string, work: () => Promise<void>) => Promise<void>;
}

/** Thrown when the rest of a group cannot be tried. */
export class Stopped extends Error {}

const PATIENCE_MS = 20_000;
const PAUSE_MS = 300;

export function createTrial(run: RunCommand, onRow: (row: Row) => void, signal: AbortSignal): Trial {
  const rows: Row[] = [];
  const note = (row: Row) => {
    rows.push(row);
    onRow(row);
  };

  async function attemptOnce({ args, exits = [0], problem, ...options }: Attempt) {
    signal.throwIfAborted();
    const answer = await run(args, options);
    const json = jsonOf(answer);
    const wrong = exits.includes(answer.status ?? -1) ? problem?.(json, answer) : saidBy(answer);
    return { answer, json, wrong };
  }

  async function attempt(name: string, tried: Attempt) {
    const end = performance.now() + PATIENCE_MS;
    let result = await attemptOnce(tried);
    while (result.wrong !== undefined && tried.isLagging && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      result = await attemptOnce(tried);
    }
    const { answer, json, wrong } = result;
    note({ verb: name, exit: answer.status, ms: answer.ms, problem: wrong });
    return { json, wrong };
  }

  return {
    rows,
    verb: async (name, tried) => (await attempt(name, tried)).json,
    needed: async (name, tried) => {
      const { json, wrong } = await attempt(name, tried);
      if (wrong !== undefined) throw new Stopped(name);
      return json;
    },
    group: async (name, work) => {
      try {
        await work();
      } catch (error) {
        if (signal.aborted) throw error;
        const why = error instanceof Stopped ? `not tried: ${error.message} did not work` : `not tried: ${String(error)}`;
        note({ verb: `the rest of ${name}`, exit: null, ms: 0, problem: why });
      }
    },
  };
}

/** The first line of a failure. */
export function saidBy({ status, stderr }: Answer): string {
  const line = stderr.split('\n').find((text) => /^error:|^\{"error"/.test(text)) ?? stderr.trim().split('\n').at(-1) ?? '';
  const json = line.startsWith('{') ? at(jsonOf({ stdout: line }), 'error.message') : undefined;
  return typeof json === 'string' ? json : line.replace(/^error: /, '') || `it ended with ${status}`;
}

/** A problem that says what was expected, unless it is so. */
export function unless(isRight: boolean, words: string): string | undefined {
  return isRight ? undefined : words;
}
