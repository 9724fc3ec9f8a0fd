import type { Clock, Edges, EndingSignal } from '../edges.ts';
import { CliError } from '../errors.ts';

/** The signals that ask this process to end. A second one ends it at once. */
export function processSignals({ sleep }: Pick<Clock, 'sleep'>): Pick<Edges, 'interruption' | 'holdSignals' | 'drainOnSignal'> {
  const interruption = new AbortController();
  let draining: { readonly begun: AbortController; readonly graceMs: number } | undefined;
  let asked: CliError | undefined;

  const stop = (code: 'interrupted' | 'terminated') => () => {
    if (asked) process.exit(asked.exitStatus);
    const error = new CliError(code, code);
    asked = error;
    if (draining === undefined) return interruption.abort(error);
    const { begun, graceMs } = draining;
    begun.abort(error);
    sleep(graceMs, interruption.signal).then(
      () => interruption.abort(error),
      () => undefined,
    );
  };
  const stopping = { SIGINT: stop('interrupted'), SIGTERM: stop('terminated') };
  process.on('SIGINT', stopping.SIGINT).on('SIGTERM', stopping.SIGTERM);

  return {
    interruption: interruption.signal,
    holdSignals: (onSignal: (signal: EndingSignal) => void) => {
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
      process.off('SIGINT', stopping.SIGINT).off('SIGTERM', stopping.SIGTERM);
      return () => {
        process.on('SIGINT', stopping.SIGINT).on('SIGTERM', stopping.SIGTERM);
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
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
