import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Edges, EndingSignal } from '../../edges.ts';
import type { Environment } from '../../environment.ts';
import { hasErrorCode } from '../../error-code.ts';
import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { machineFault } from '../../machine-fault.ts';

/**
 * Runs a program on our own standard streams and resolves to its exit status, 128 and the signal's number when a signal has ended it.
 * Signals are passed on and the program is waited for, however long it takes. Throws `usage` when it cannot be started, with
 * the exit status that shells have for it: 127 when it is not found, 126 when it cannot be run.
 */
export async function runProcess(
  [program = '', ...words]: readonly string[],
  env: Environment,
  edges: Pick<Edges, 'holdSignals' | 'interruption' | 'stdin' | 'stdout' | 'stderr'>,
): Promise<number> {
  edges.interruption.throwIfAborted();
  const child = start(program, words, env);
  const release = edges.holdSignals((signal) => {
    if (!isFromTerminal(signal, edges)) child.kill(signal);
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(program, error)));
      child.once('exit', (status, signal) => resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    release();
  }
}

function start(program: string, words: readonly string[], env: Environment): ChildProcess {
  try {
    return spawn(program, words, { env, stdio: 'inherit' });
  } catch (error) {
    throw error instanceof Error ? notStarted(program, error) : error;
  }
}

/** Ctrl-C and Ctrl-\\ reach every program at the terminal; passed on, the child would see them twice, which many take for "now, at once". */
function isFromTerminal(signal: EndingSignal, { stdin, stdout, stderr }: Pick<Edges, 'stdin' | 'stdout' | 'stderr'>): boolean {
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && (stdin.isTerminal || stdout.isTerminal || stderr.isTerminal);
}

function notStarted(program: string, cause: Error): CliError {
  const fault = machineFault(cause);
  if (fault) return fault;
  const name = JSON.stringify(program);
  if (hasErrorCode(cause, 'ENOENT')) {
    return new CliError('usage', `there is no program ${name}`, {
      hint: helpWith('check its name and PATH; a line for a shell', 'sandbox', 'exec', '--', 'sh', '-c', 'first && second'),
      exitStatus: 127,
      cause,
    });
  }
  const reason = 'code' in cause ? ` (${String(cause.code)})` : '';
  return new CliError('usage', `the program ${name} cannot be run${reason}`, {
    hint: 'check that it is an executable file',
    exitStatus: program === '' ? 127 : 126,
    cause,
  });
}
