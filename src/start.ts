import type { Lookup } from './commands/completion/answer.ts';
import { processEdges } from './edges/process.ts';
import { EXIT_STATUS } from './errors.ts';
import { runProgram } from './program.ts';

/** Runs the command of this process to its exit status. */
export async function start(version: string): Promise<number> {
  const status = await runProgram(processEdges(), version);
  // A line that ends without a signal, as when the terminal is another process's, is taken for Ctrl-D.
  if (status === EXIT_STATUS.hangup || status === EXIT_STATUS.interrupted) (await import('./edges/closed-terminal.ts')).endHungUp();
  return status;
}

/** Looks up values for the completion of a command line. */
export async function lookUp(version: string, ...wanted: Parameters<Lookup>): ReturnType<Lookup> {
  const { createLookup } = await import('./commands/completion/known-values.ts');
  return createLookup(processEdges(), version)(...wanted);
}

/** Renews a stored session for the process that has started this one. */
export async function renew(version: string): Promise<number> {
  const { renewForAnother } = await import('./renew.ts');
  return renewForAnother(processEdges(), version);
}
