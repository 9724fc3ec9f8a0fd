import type { Clock, Edges, EndingSignal } from '../edges.ts';
import { CliError, type ErrorCode } from '../errors.ts';

/** How a command ends that a signal has ended, in a code and in words. */
const ENDINGS: Readonly<Record<EndingSignal, readonly [code: ErrorCode, words: string]>> = {
  SIGHUP: ['hangup', 'the terminal was closed'],
  SIGINT: ['interrupted', 'interrupted'],
  SIGQUIT: ['quit', 'quit'],
  SIGTERM: ['terminated', 'terminated'],
};

function listen(change: 'on' | 'off', onSignal: (signal: EndingSignal) => void): void {
  process[change]('SIGHUP', onSignal);
  process[change]('SIGINT', onSignal);
  process[change]('SIGQUIT', onSignal);
  process[change]('SIGTERM', onSignal);
}

/** The signals that ask this process to end. A second one ends it at once. */
export function processSignals({ sleep }: Pick<Clock, 'sleep'>): Pick<Edges, 'interruption' | 'holdSignals' | 'drainOnSignal'> {
  const interruption = new AbortController();
  let draining: { readonly begun: AbortController; readonly graceMs: number } | undefined;
  let asked: CliError | undefined;

  const stop = (signal: EndingSignal) => {
    // The system and the shell each tell of a terminal that was closed.
    if (signal === 'SIGHUP' && asked?.code === 'hangup') return;
    if (asked) process.exit(asked.exitStatus);
    const error = new CliError(...ENDINGS[signal]);
    asked = error;
    if (draining === undefined) return interruption.abort(error);
    const { begun, graceMs } = draining;
    begun.abort(error);
    sleep(graceMs, interruption.signal).then(
      () => interruption.abort(error),
      () => undefined,
    );
  };
  listen('on', stop);

  return {
    interruption: interruption.signal,
    holdSignals: (onSignal: (signal: EndingSignal) => void) => {
      listen('on', onSignal);
      listen('off', stop);
      return () => {
        listen('on', stop);
        listen('off', onSignal);
      };
    },
    drainOnSignal: (graceMs) => {
      const begun = new AbortController();
      draining = { begun, graceMs };
      if (asked) begun.abort(asked);
      return {
        signal: begun.signal,
        end: () => {
          draining = undefined;
          if (asked) interruption.abort(asked);
        },
      };
    },
  };
}
