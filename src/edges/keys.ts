import type { ReadStream } from 'node:tty';
import type { JobControl } from '../edges.ts';

/** The keys that a terminal makes signals of, where it does not give each key as it comes. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = { '\x03': 'SIGINT', '\x1a': 'SIGTSTP', '\x1c': 'SIGQUIT' };
const CTRL_D = '\x04';

/**
 * Gives each key of a terminal to `onKey`, without showing it, until the function that it returns is called; those that mean a signal send it, to all
 * that the terminal would send it to. A terminal that is closed is a Ctrl-D. While the process is stopped the terminal is as it was before.
 */
export function listenForKeys(terminal: ReadStream, job: JobControl, onKey: (key: string) => void): () => void {
  const onData = (chunk: Buffer) => {
    for (const key of chunk.toString()) {
      const signal = SIGNALS[key];
      if (signal !== undefined) send(signal);
      // Enter, where it was pressed before the keys were listened to.
      else onKey(key === '\n' ? '\r' : key);
    }
  };
  const onEnd = () => onKey(CTRL_D);
  const take = () => {
    if (!job.isInForeground()) return;
    terminal.setRawMode(true);
    terminal.on('data', onData).on('end', onEnd).resume();
  };
  const giveBack = () => {
    terminal.off('data', onData).off('end', onEnd).pause();
    terminal.setRawMode(false);
  };
  take();
  const forget = [job.beforeStop(giveBack), job.afterStop(take)];
  return () => {
    for (const stop of forget) stop();
    giveBack();
  };
}

function send(signal: NodeJS.Signals): void {
  // Windows knows no groups of processes, and would end this one.
  if (process.platform === 'win32') process.emit(signal);
  else process.kill(0, signal);
}
