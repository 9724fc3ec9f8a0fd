import { processEdges } from './edges/process.ts';

declare const FLOWKIWI_VERSION: string;

/**
 * The door: runs one command in the real world and ends the process with its exit status. The only module that does so.
 */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if ((first === '--version' || first === '-V') && rest.length === 0) {
    process.stdout.write(`${FLOWKIWI_VERSION}\n`);
    return;
  }
  const { runProgram } = await import('./program.ts');
  process.exit(await runProgram(processEdges(), FLOWKIWI_VERSION));
}

void main();
