import type { Edges, JqAnswer, Output } from '../edges.ts';
import { CliError } from '../errors.ts';
import { asides, expressionFailure, resultFailure } from './jq-failure.ts';
import { resultsText } from './jq-results.ts';
import type { JsonPalette } from './json-colour.ts';
import { replaceUnsafe, visibleEscape } from './terminal-text.ts';

export interface JqFilterOptions {
  readonly edges: Pick<Edges, 'jq' | 'stdout' | 'stderr' | 'interruption' | 'clock'>;
  readonly expression: string;
  readonly palette: JsonPalette | undefined;
  /** What is left of the time of the command; undefined when nothing bounds it. */
  readonly leftMs: () => number | undefined;
}

/** What stands between a command that prints JSON and standard output, as `| jq` would. */
export interface JqFilter {
  /** Takes the place of standard output: a pipe, into which a command writes JSON. */
  readonly input: Output;
  /** Throws `usage` for an expression that cannot be compiled. To be called before the command does anything. */
  readonly check: () => Promise<void>;
  /** Resolves when all is printed: to the first failure, which is none of the command's. Throws `timeout`, or the reason of the interruption. */
  readonly finish: () => Promise<CliError | undefined>;
}

/** Texts that wait for jq, in UTF-16 units, before the command that writes them waits. */
const WAITING = 1024 * 1024;

/**
 * Applies an expression to each JSON text that is written, as soon as it is whole: one array for a list, one event of many. After one that it fails
 * on it goes on with the next, as jq does.
 */
export function createJqFilter({ edges, expression, palette, leftMs }: JqFilterOptions): JqFilter {
  const { stdout, stderr } = edges;
  let unfinished = '';
  let waiting = '';
  let failure: CliError | undefined;
  let work: Promise<void> | undefined;

  const run = async (input: string): Promise<JqAnswer> => {
    const limit = new AbortController();
    const signal = AbortSignal.any([edges.interruption, limit.signal]);
    const left = leftMs();
    const tooLate = () =>
      limit.abort(new CliError('timeout', '--jq: the expression took longer than --timeout allows', { hint: 'perhaps it has no end' }));
    const done = new AbortController();
    if (left !== undefined) void edges.clock.sleep(left, done.signal).then(tooLate, () => undefined);
    try {
      return await edges.jq({ expression, input }, signal);
    } finally {
      done.abort();
    }
  };

  /** Each time with all that has come meanwhile: to begin is what takes longest. */
  async function apply(): Promise<void> {
    while (waiting !== '' && !stdout.isClosed()) {
      const input = waiting;
      waiting = '';
      const answer = await run(input);
      if (answer.kind === 'ended') await stdout.write(resultsText(answer.stdout, { isTerminal: stdout.isTerminal, palette }));
      for (const line of asides(answer)) await stderr.write(`${replaceUnsafe(line, visibleEscape)}\n`);
      failure ??= resultFailure(answer);
    }
  }

  const start = () => {
    work ??= apply().finally(() => {
      work = undefined;
    });
    // It is thrown at the end.
    work.catch(() => undefined);
    return work;
  };

  return {
    input: {
      isTerminal: false,
      columns: undefined,
      get stream() {
        return stdout.stream;
      },
      isClosed: stdout.isClosed,
      write: async (content) => {
        unfinished += typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
        // A whole JSON text ends with a newline; a part of one never does.
        if (!unfinished.endsWith('\n')) return;
        waiting += unfinished;
        unfinished = '';
        const working = start();
        if (waiting.length > WAITING) await working;
      },
    },
    check: async () => {
      const invalid = expressionFailure(await run(''));
      if (invalid !== undefined) throw invalid;
    },
    finish: async () => {
      await (work ?? (waiting === '' ? undefined : start()));
      return failure;
    },
  };
}
