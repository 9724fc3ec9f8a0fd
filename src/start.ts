import { processEdges } from './edges/process.ts';
import { runProgram } from './program.ts';

/** Runs the command of this process to its exit status. */
export function start(version: string): Promise<number> {
  return runProgram(processEdges(), version);
}
